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
  "tensor.rank": {
    severity: "error",
    text: "a tensor has {rank} dimensions, expected at most {limit}. Flatten some of them.",
  },
  "graph.missing": {
    severity: "error",
    text: "there is no graph {graph}, expected one of the document. Choose one that exists.",
  },
  "graph.recursive": {
    severity: "error",
    text: "graphs contain each other: {graphs}, expected no way back. Take one of them out; to repeat, use Repeat.",
  },
  "graph.unfolds": {
    severity: "error",
    text: "the document unfolds to more than {limit} graphs or nests deeper than {depth}, expected fewer. Nest fewer modules.",
  },
  "graph.cycle": {
    severity: "error",
    text: "nodes depend on each other in a circle: {nodes}, expected none. Remove one of these edges; to carry a value round, use Repeat.",
  },
  "edge.dangling": {
    severity: "error",
    text: "the edge from {from} to {to} ends at a node that is not there, expected two nodes of this graph. Remove the edge.",
  },
  "effect.order": {
    severity: "error",
    text: "effects happen before what they need: {nodes}, expected what an effect reads to come before it. Move the effect down its list.",
  },
  "effect.unlisted": {
    severity: "error",
    text: "the effect has no place in the order of effects, expected one. Add it to the list.",
  },
  "op.unknown": {
    severity: "error",
    text: "there is no op {op}, expected the name of one. Look it up in the palette, or with `chainrule ops`.",
  },
  "op.operands": {
    severity: "error",
    text: "{op} is called with {found} operands, expected at most {expected}. Leave the others out.",
  },
  "operand.missing": {
    severity: "error",
    text: "the operand {operand} is not given, expected an edge or a number. Wire {operand}.",
  },
  "node.unknown": {
    severity: "error",
    text: "this version does not know the node's kind, expected one that it can run. Update Chainrule, or remove the node.",
  },
  "port.twice": { severity: "error", text: "two edges end at the port {port}, expected one. Remove one of them." },
  "port.unknown": {
    severity: "error",
    text: "there is no port {port}, expected one of: {known}. Wire the edge to another port, or remove it.",
  },
  "port.unwired": { severity: "error", text: "nothing is wired to {port}, expected an edge. Wire {port}." },
  "member.missing": {
    severity: "error",
    text: "there is no member {member} in this graph or around it, expected one. Choose a member, or remove the node.",
  },
  "member.type": {
    severity: "error",
    text: "there is no member type {type}, expected parameter, buffer, an nn module, an optimiser or a module of the document. Choose one of these.",
  },
  "member.content": {
    severity: "error",
    text: "the initial value has shape {found}, expected {expected}. Set shape to {found}, or change the value.",
  },
  "member.notCallable": {
    severity: "error",
    text: "{member} is an optimiser and cannot be called, expected a parameter, buffer or module. Use a Step effect.",
  },
  "member.notOptimizer": { severity: "error", text: "{member} is no optimiser, expected one. Choose an optimiser." },
  "sequence.layer": {
    severity: "error",
    text: "{layer} cannot be a layer of a Sequential, expected a module with one input and one output. Call it on its own.",
  },
  "function.missing": {
    severity: "error",
    text: "there is no Function {function}, expected one of the document. Choose one that exists.",
  },
  "function.members": {
    severity: "error",
    text: "Function {function} owns the member {member}, expected none. Pass its value in as an input.",
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
  "target.missing": {
    severity: "error",
    text: "there is no parameter, buffer, module or leaf {target}, expected one. Choose a target that exists.",
  },
  "update.shape": {
    severity: "error",
    text: "the update of {target} has shape {found}, expected {expected}. Reduce it to the shape of what it changes.",
  },
  "inPlace.leaf": {
    severity: "error",
    text: "a leaf Variable that requires grad is being used in an in-place operation. Set noGrad on the node, or use a clone.",
  },
  "inPlace.expanded": {
    severity: "error",
    text: "several elements of {found} are the same element of {from}, expected one each. Write to a clone.",
  },
  "inPlace.shape": {
    severity: "error",
    text: "output with shape {expected} doesn't match the broadcast shape {found}. Use the op that is not in place.",
  },
  "region.scalar": { severity: "error", text: "{port} has shape {shape}, expected one number. Reduce it to a scalar." },
  "repeat.count": { severity: "error", text: "the loop has {found} turns, expected 0 to {limit}. Change the count." },
  "draw.unsettled": {
    severity: "error",
    text: "the type of this draw is not known before a step, expected one that is. Draw it each step, or outside the region.",
  },
  "trace.size": {
    severity: "error",
    text: "one step would record about {found} values, expected at most {limit}. Use fewer turns or fewer nodes.",
  },
  "loss.missing": {
    severity: "error",
    text: "the loss is {node}.{port}, which is not there, expected a scalar of the root graph. Choose the loss again.",
  },
  "loss.shape": {
    severity: "error",
    text: "the loss has shape {shape}, expected one number. Reduce it with sum or mean.",
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
