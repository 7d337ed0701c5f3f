/** @file Prints a declaration's Python: operands and attributes put into the template, defaults left out. */
import type { AttributeSpec } from "../ir/attribute";
import { stableText } from "../ir/hash-text";

/** The Python of one attribute's value. */
export function pythonLiteral(value: unknown, spec?: Pick<AttributeSpec<unknown>, "kind">): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map((item: unknown) => pythonLiteral(item, spec)).join(", ")}]`;
  if (spec?.kind === "dtype" && typeof value === "string") return `torch.${value}`;
  return JSON.stringify(value);
}

function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : '-float("inf")';
  return Object.is(value, -0) ? "-0.0" : String(value);
}

function isDefault(value: unknown, spec: AttributeSpec<unknown>): boolean {
  return "default" in spec && stableText(value) === stableText(spec.default);
}

export interface TorchOperand {
  readonly text: string;
  /** True for a plain number, which `{name:tensor}` wraps because PyTorch takes only a tensor there. */
  readonly isNumber: boolean;
}

/**
 * The Python of a template such as `torch.sum({input}, dim={dims}, keepdim={keepdim})`. A keyword argument that has its
 * default is left out unless written `{name!}`, or `{name+}` where another attribute has not; so is a positional None.
 */
export function printTorch(
  template: string,
  operands: Readonly<Record<string, TorchOperand>>,
  attributes: Readonly<Record<string, unknown>>,
  specs: Readonly<Record<string, AttributeSpec<unknown>>>,
): string {
  const allDefault = Object.entries(specs).every(([name, spec]) => isDefault(attributes[name], spec));
  return template
    .replace(/(, )?(\w+=)?\{(\w+)(!|\+|:tensor)?\}/g, (whole, comma: string = "", key: string = "", name, mark) => {
      const operand = operands[name as string];
      if (operand) {
        const text = mark === ":tensor" && operand.isNumber ? `torch.tensor(${operand.text})` : operand.text;
        return comma + key + text;
      }
      const spec = specs[name as string];
      if (!spec) return whole;
      const value = attributes[name as string];
      const kept = mark === "!" || (mark === "+" && !allDefault);
      const dropped = isDefault(value, spec) && !kept && (key !== "" || value === null);
      return dropped ? "" : comma + key + pythonLiteral(value, spec);
    })
    .replace(/\(, /g, "(");
}
