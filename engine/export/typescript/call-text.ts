/** @file Calls as code: an op as a method of its first operand or as a function, a module's constructor. */
import type { AttributeKind, AttributeSpec } from "../../ir/attribute";
import type { AnyOp } from "../../ir/op";
import { constantText, numberText, type Expression, type NodeKey } from "./code";

type Specs = Readonly<Record<string, AttributeSpec<unknown>>>;

/** What reads well without its name. */
const positional: ReadonlySet<AttributeKind> = new Set(["int", "float", "shape", "tensor", "dims", "numbers"]);

function isDefault(spec: AttributeSpec<unknown>, value: unknown): boolean {
  return "default" in spec && JSON.stringify(spec.default) === JSON.stringify(value);
}

/** A number that may be left out, such as clamp's bounds: without its name it would not say which it is. */
function isBound(spec: AttributeSpec<unknown>): boolean {
  return spec.nullable === true && (spec.kind === "int" || spec.kind === "float");
}

/** Attributes as arguments: leading ones by position where that reads well, the others in an object by name. */
export function attributeArguments(
  specs: Specs,
  written: Readonly<Record<string, unknown>>,
  more: readonly string[] = [],
): string[] {
  const entries = Object.entries(specs);
  const args: string[] = [];
  let place = 0;
  for (const [name, spec] of entries) {
    const value = written[name];
    if (!Object.hasOwn(written, name) || value === null || !positional.has(spec.kind) || isBound(spec)) break;
    args.push(constantText(value));
    place++;
  }
  const named = entries
    .slice(place)
    .filter(([name, spec]) => Object.hasOwn(written, name) && !isDefault(spec, written[name]))
    .map(([name]) => `${name}: ${constantText(written[name])}`);
  if (named.length + more.length > 0) args.push(`{ ${[...named, ...more].join(", ")} }`);
  return args;
}

/** Written attributes without the trailing ones that only repeat a default. */
function withoutDefaults(specs: Specs, written: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(specs).filter(([name]) => Object.hasOwn(written, name));
  const last = given.map(([name, spec]) => !isDefault(spec, written[name])).lastIndexOf(true);
  const kept: Record<string, unknown> = {};
  for (const [name] of given.slice(0, last + 1)) kept[name] = written[name];
  return kept;
}

export interface OpCall {
  readonly op: AnyOp;
  /** By operand; a number where one is written, null where nothing is wired. */
  readonly operands: readonly (Expression | number | null)[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly node: NodeKey;
  /** `x.add_(y)`. */
  readonly inPlace?: boolean;
  /** `randn([2], { draw: "each step" })`. */
  readonly eachStep?: boolean;
}

/** An op's use as code; `importName` is told of every function it needs. */
export function opCallText(call: OpCall, importName: (name: string) => string): Expression {
  const { op, node } = call;
  const specs = op.signature.operands;
  const operands = [...call.operands];
  while (operands.length > 1 && operands.at(-1) === null) operands.pop();
  const nodes = operands.flatMap((operand) => (operand && typeof operand === "object" ? operand.nodes : []));
  const written = operands.map((operand) =>
    operand === null ? "null" : typeof operand === "number" ? numberText(operand) : operand.text,
  );
  const attributes = withoutDefaults(op.signature.attributes, call.attributes);
  const complete = operands.length === specs.length;
  const more = call.eachStep === true ? ['draw: "each step"'] : [];
  const given = complete
    ? attributeArguments(op.signature.attributes, attributes, more)
    : namedArguments(op.signature.attributes, attributes, more);
  const [receiver] = operands;
  // PyTorch has functions such as torch.where(condition, …) that are not methods of their first operand.
  const isMethod = specs[0]?.name === "input";
  if (isMethod && receiver && typeof receiver === "object" && receiver.number !== true) {
    const args = [...written.slice(1), ...given].join(", ");
    const method = `${op.opName}${call.inPlace === true ? "_" : ""}`;
    return { text: `${receiver.text}.${method}(${args})`, nodes: [...nodes, node] };
  }
  return { text: `${importName(op.opName)}(${[...written, ...given].join(", ")})`, nodes: [...nodes, node] };
}

function namedArguments(specs: Specs, written: Readonly<Record<string, unknown>>, more: readonly string[]): string[] {
  const names = Object.keys(specs).filter((name) => Object.hasOwn(written, name));
  const named = [...names.map((name) => `${name}: ${constantText(written[name])}`), ...more];
  return named.length === 0 ? [] : [`{ ${named.join(", ")} }`];
}
