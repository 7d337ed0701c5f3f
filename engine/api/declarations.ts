/** @file index.d.ts of exported projects, written from the registries: one declaration for each op, module, optimiser. */
import type { AttributeSpec } from "../ir/attribute";
import { dtypes } from "../ir/dtype";
import { canDrawEachStep, type AnyOp } from "../ir/op";
import type { Module } from "../nn/define-module";
import { modules } from "../nn/registry";
import { ops } from "../ops/registry";
import type { Optimizer } from "../optim/define-optimizer";
import { optimizers } from "../optim/registry";
import { moduleText, programText, typesText } from "./declarations-core";

type Specs = Readonly<Record<string, AttributeSpec<unknown>>>;

function kindText(spec: AttributeSpec<unknown>): string {
  switch (spec.kind) {
    case "int":
    case "float":
      return "number";
    case "bool":
      return "boolean";
    case "text":
      return "string";
    case "choice":
      return (spec.choices ?? []).map((choice) => JSON.stringify(choice)).join(" | ");
    case "dtype":
      return "DType";
    case "shape":
    case "numbers":
      return "readonly number[]";
    case "dims":
      return "number | readonly number[]";
    case "tensor":
      return "NestedNumbers";
  }
}

function typeText(spec: AttributeSpec<unknown>): string {
  return spec.nullable ? `${kindText(spec)} | null` : kindText(spec);
}

function optionsText(specs: Specs, more: readonly string[] = []): string {
  const fields = Object.entries(specs).map(([name, spec]) => `readonly ${name}?: ${typeText(spec)}`);
  return `{ ${[...fields, ...more].join("; ")} }`;
}

/** Attributes by position, each also as the object that names them: the object ends the list. */
function attributeParameters(specs: Specs, options: string): string[] {
  const named = Object.entries(specs).map(([name, spec]) => `${name}?: ${typeText(spec)} | ${options}`);
  return [...named, `options?: ${options}`];
}

/** An op's parameters; `method` leaves out the first operand. */
function parametersText(op: AnyOp, options: string, method: boolean): string {
  const operands = op.signature.operands.slice(method ? 1 : 0);
  let optional = false;
  const written = operands.map((spec) => {
    optional ||= spec.optional || spec.default !== undefined;
    return optional ? `${spec.name}?: Operand | null | ${options}` : `${spec.name}: Operand`;
  });
  return [...written, ...attributeParameters(op.signature.attributes, options)].join(", ");
}

function optionsName(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Options`;
}

function opTypes(name: string, op: AnyOp): string {
  const operands = op.signature.operands.map((spec) => `readonly ${spec.name}?: Operand`);
  const drawn = canDrawEachStep(op) ? ['readonly draw?: "once" | "each step"'] : [];
  const text = optionsText(op.signature.attributes, [
    ...operands.slice(1),
    ...drawn,
    "readonly requiresGrad?: boolean",
  ]);
  return `interface ${optionsName(name)} ${text}\n`;
}

function comment(text: string, indent: string): string {
  return `${indent}/** ${text.replace(/\*\//g, "* /")} */\n`;
}

function methodText(name: string, op: AnyOp): string {
  const parameters = parametersText(op, optionsName(name), true);
  return (
    comment(op.signature.summary, "  ") +
    `  ${name}(${parameters}): Tensor;\n` +
    comment(`${name}, in place.`, "  ") +
    `  ${name}_(${parameters}): this;\n`
  );
}

function functionText(name: string, op: AnyOp): string {
  const parameters = parametersText(op, optionsName(name), false);
  return `${comment(op.signature.summary, "")}export declare function ${name}(${parameters}): Tensor;\n`;
}

function layerText(name: string, declaration: Module): string {
  const options = optionsText(declaration.attributes);
  const hasAttributes = Object.keys(declaration.attributes).length > 0;
  const parameters = hasAttributes ? attributeParameters(declaration.attributes, options).join(", ") : "";
  const defaults = Object.entries(declaration.attributes).map(([key, spec]) => [key, spec.default] as const);
  const state = declaration.state(Object.fromEntries(defaults));
  const fields = state.map((spec) => `    ${spec.name}: ${spec.kind === "parameter" ? "Parameter" : "Buffer"};\n`);
  const inputs = declaration.inputs.map((input) => `${input}: Tensor`).join(", ");
  return (
    comment(declaration.summary, "  ") +
    `  class ${name} extends Module {\n    constructor(${parameters});\n${fields.join("")}` +
    `    forward(${inputs}): Tensor;\n  }\n`
  );
}

function optimizerText(name: string, declaration: Optimizer): string {
  const options = optionsText(declaration.attributes);
  return (
    comment(declaration.summary, "  ") +
    `  class ${name} implements Optimizer {\n    constructor(parameters: Iterable<Tensor>, settings?: ${options});\n` +
    "    readonly settings: Record<string, unknown>;\n    step(): void;\n    zeroGrad(): void;\n  }\n"
  );
}

/** Names of ops that are exported as functions; `tensor` is the program's own. */
export function functionNames(): string[] {
  return [...ops.keys()].filter((name) => name !== "tensor");
}

/** The whole of index.d.ts. */
export function declarationsText(): string {
  const entries = [...ops].filter(([name]) => name !== "tensor");
  const methods = entries.filter(([, op]) => op.signature.operands.length > 0);
  const layers = [...modules].filter(([, declaration]) => !declaration.container);
  return [
    "/** The engine of Chainrule as this project carries it: a PyTorch-shaped API. */\n",
    typesText.replace("DTYPES", dtypes.map((dtype) => JSON.stringify(dtype)).join(" | ")),
    ...methods.map(([name, op]) => methodText(name, op)),
    "}\n\n",
    ...entries.map(([name, op]) => opTypes(name, op)),
    ...entries.map(([name, op]) => functionText(name, op)),
    programText,
    "/** torch.nn. */\nexport declare namespace nn {\n",
    moduleText,
    ...layers.map(([name, declaration]) => layerText(name, declaration)),
    "}\n\n/** torch.optim. */\nexport declare namespace optim {\n",
    "  interface Optimizer {\n    readonly settings: Record<string, unknown>;\n    step(): void;\n    zeroGrad(): void;\n  }\n",
    ...[...optimizers].map(([name, declaration]) => optimizerText(name, declaration)),
    "}\n",
  ].join("");
}
