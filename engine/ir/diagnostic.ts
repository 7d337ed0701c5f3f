/** @file Diagnostics: what is wrong with a user's graph, as codes with parameters and their English, declared once. */
import { documentDiagnostics } from "./document-diagnostics";
import { graphDiagnostics } from "./graph-diagnostics";
import { opDiagnostics } from "./op-diagnostics";

export type DiagnosticSeverity = "error" | "warning" | "hint";
export type DiagnosticParameters = Readonly<Record<string, string | number | readonly number[]>>;

/** One kind of diagnostic: how bad it is, and its sentence: `what was found, what was expected. What to do.` */
export interface DiagnosticDeclaration {
  readonly severity: DiagnosticSeverity;
  /** English with {parameter} in braces; shapes print as [64, 3]. */
  readonly text: string;
}

function declare<T extends Record<string, DiagnosticDeclaration>>(table: T): T {
  return table;
}

/** Every diagnostic there is. */
export const diagnosticCatalogue = declare({
  "dim.range": {
    severity: "error",
    text: "dimension {dim} is out of range for rank {rank}, expected {low} to {high}. Set dim within it.",
  },
  "dim.twice": { severity: "error", text: "dimension {dim} is named twice. Name each dimension once." },
  "attribute.invalid": {
    severity: "error",
    text: "{attribute} is {found}, expected {expected}. Set {attribute}.",
  },
  "attribute.unknown": {
    severity: "error",
    text: "there is no attribute {attribute}, expected one of: {known}. Remove it.",
  },
  "attribute.missing": { severity: "error", text: "{attribute} is not set, expected a value. Set {attribute}." },
  "shape.broadcast": {
    severity: "error",
    text: "shapes {a} and {b} do not broadcast, expected equal extents or 1 where they meet. Reshape one, or unsqueeze it.",
  },
  "tensor.size": {
    severity: "error",
    text: "a tensor of shape {shape} has {count} elements, expected at most {limit}. Make it smaller.",
  },
  "op.operands": {
    severity: "error",
    text: "{op} is called with {found} operands, expected at most {expected}. Leave the others out.",
  },
  "port.unwired": { severity: "error", text: "nothing is wired to {port}, expected an edge. Wire {port}." },
  "member.notOptimizer": { severity: "error", text: "{member} is no optimiser, expected one. Choose an optimiser." },
  "sequence.layer": {
    severity: "error",
    text: "{layer} cannot be a layer of a Sequential, expected a module with one input and one output. Call it on its own.",
  },
  "function.gradPort": {
    severity: "error",
    text: "backward of {function} takes a gradient {port}, expected the name of one of its outputs. Rename the port.",
  },
  "function.notSaved": {
    severity: "error",
    text: "backward of {function} reads {port}, which forward does not save, expected a Save node of that name. Save it in forward.",
  },
  "function.gradMissing": {
    severity: "error",
    text: "backward of {function} gives no gradient for the input {input}, which requires one, expected one for each. Wire an output {input} in its backward graph.",
  },
  "formula.name": {
    severity: "error",
    text: "{name} is neither wired nor a member in scope, expected one of these. Wire it, or correct the name.",
  },
  "formula.module": {
    severity: "error",
    text: "{name} is a module or an optimiser, expected a parameter or buffer. Call the module by a node and wire its output.",
  },
  "inPlace.leaf": {
    severity: "error",
    text: "a leaf Variable that requires grad is being used in an in-place operation. Set noGrad on the node, or use a clone.",
  },
  "region.scalar": { severity: "error", text: "{port} has shape {shape}, expected one number. Reduce it to a scalar." },
  "repeat.count": { severity: "error", text: "the loop has {found} turns, expected 0 to {limit}. Change the count." },
  "draw.unsettled": {
    severity: "error",
    text: "the type of this draw is not known before a step, expected one that is. Draw it each step, or outside the region.",
  },
  "trace.size": {
    severity: "error",
    text: "one step records more than {limit} values, expected fewer. Use fewer turns or fewer nodes.",
  },
  "loss.missing": {
    severity: "error",
    text: "the loss is {node}.{port}, which is not there, expected a scalar of the root graph. Choose the loss again.",
  },
  "formula.invalid": {
    severity: "error",
    text: "cannot read the formula `{formula}`: {problem}. Write arithmetic such as 0.5 * (5*x**3 - 3*x).",
  },
  "leaf.dtype": {
    severity: "error",
    text: "only tensors of floating point dtype can require gradients, found {dtype}. Convert it to float32 first.",
  },
  "backward.noGraph": {
    severity: "error",
    text: "element 0 of tensors does not require grad and does not have a grad_fn. Make the value depend on a parameter, or on leaf(x), outside no-grad.",
  },
  "backward.nonScalar": {
    severity: "error",
    text: "grad can be implicitly created only for scalar outputs, found shape {shape}. Wire a cotangent of that shape, or reduce the value with sum or mean.",
  },
  "backward.cotangentShape": {
    severity: "error",
    text: "Mismatch in shape: grad_output[0] has a shape of {found} and output[0] has a shape of {expected}. Wire a cotangent of shape {expected}.",
  },
  "backward.released": {
    severity: "error",
    text: "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward. Set retainGraph on the earlier backward.",
  },
  "backward.gradientShape": {
    severity: "error",
    text: "{name} returned an invalid gradient at index {index}: found shape {found}, expected one compatible with {expected}. Give the gradient the shape of its input.",
  },
  ...opDiagnostics,
  ...documentDiagnostics,
  ...graphDiagnostics,
});

export type DiagnosticCode = keyof typeof diagnosticCatalogue;

/** A one-click repair: a document edit that analysis knows would help. */
export interface Fix {
  /** Its button: a verb with its object, "Set inFeatures to 512". */
  readonly title: string;
  readonly edit: FixEdit;
}

/** What a fix does, by node id of the graph the diagnostic points into. */
export type FixEdit =
  | { readonly kind: "setAttribute"; readonly node: string; readonly attribute: string; readonly value: unknown }
  | {
      readonly kind: "setMemberAttribute";
      readonly member: string;
      readonly attribute: string;
      readonly value: unknown;
    }
  | {
      readonly kind: "insertOnEdge";
      readonly to: readonly [string, string];
      readonly op: string;
      readonly attributes: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "removeEdge"; readonly to: readonly [string, string] }
  /** The attribute goes back to its default. */
  | { readonly kind: "removeAttribute"; readonly node: string; readonly attribute: string }
  | { readonly kind: "removeMemberAttribute"; readonly member: string; readonly attribute: string }
  | { readonly kind: "setOp"; readonly node: string; readonly op: string }
  | { readonly kind: "renameNode"; readonly node: string; readonly name: string }
  | { readonly kind: "renameMember"; readonly member: string; readonly name: string }
  | { readonly kind: "removeNode"; readonly node: string }
  /** Puts a member or node last in the order of draws, or of effects. */
  | { readonly kind: "appendDraw"; readonly id: string }
  | { readonly kind: "appendEffect"; readonly node: string }
  /** Moves an effect to just after another. */
  | { readonly kind: "moveEffect"; readonly node: string; readonly after: string };

/** Where a diagnostic points: a graph, and a node, port, member or edge of it where it has one. */
export interface DiagnosticPlace {
  readonly graph: string;
  readonly node?: string;
  readonly port?: string;
  readonly member?: string;
  /** The input end of an edge. */
  readonly edge?: readonly [string, string];
}

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: DiagnosticSeverity;
  readonly place: DiagnosticPlace;
  /** The label a person reads before the sentence: `Linear "fc1"`. */
  readonly where: string;
  readonly parameters: DiagnosticParameters;
  readonly fixes: readonly Fix[];
}

function printParameter(value: string | number | readonly number[] | undefined): string {
  if (value === undefined) return "?";
  if (typeof value === "string" || typeof value === "number") return String(value);
  return `[${value.join(", ")}]`;
}

/** The sentence of a diagnostic without its place. */
export function printMessage(code: DiagnosticCode, parameters: DiagnosticParameters): string {
  return diagnosticCatalogue[code].text.replace(/\{(\w+)\}/g, (_, name: string) => printParameter(parameters[name]));
}

/** `where: found, expected. What to do.` */
export function printDiagnostic(diagnostic: Diagnostic): string {
  return `${diagnostic.where}: ${printMessage(diagnostic.code, diagnostic.parameters)}`;
}
