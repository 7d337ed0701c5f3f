/** @file One-click fixes, found by trying: what would make a node's types fit is offered. */
import type { GraphId, GraphNode, NodeId } from "../document/document";
import { own, visibleMembers } from "../document/library";
import { readWritten } from "../document/written-op";
import { parseAttributes } from "../ir/attribute";
import type { Fix } from "../ir/diagnostic";
import { recordWith } from "../ir/recorder";
import type { Refusal } from "../ir/refusal";
import { elementCount } from "../ir/shape";
import type { TensorType } from "../ir/tensor";
import type { Value } from "../ir/value";
import { createTape, namedOperands } from "../tape/record";
import type { Interpreter, Values } from "./interpreter";

/** The most fixes offered for one diagnostic. */
const mostFixes = 2;

/** Views and conversions that often help, in the order in which they are offered. */
const insertions: readonly { readonly op: string; readonly attributes: Readonly<Record<string, unknown>> }[] = [
  { op: "unsqueeze", attributes: { dim: -1 } },
  { op: "unsqueeze", attributes: { dim: 0 } },
  { op: "t", attributes: {} },
  { op: "transpose", attributes: { dim0: -2, dim1: -1 } },
  { op: "flatten", attributes: { startDim: 1 } },
  { op: "flatten", attributes: {} },
  { op: "to", attributes: { dtype: "float32" } },
  { op: "to", attributes: { dtype: "int64" } },
  { op: "to", attributes: { dtype: "bool" } },
];

/** Fixes for a node that refused its operands or attributes. */
export function operandFixes(
  run: Interpreter,
  graph: GraphId,
  id: NodeId,
  node: GraphNode,
  inputs: Values,
  refusal: Refusal,
): readonly Fix[] {
  const { code, parameters } = refusal;
  const attribute = String(parameters["attribute"] ?? "");
  if (code === "op.unknown" && node.kind === "op") return nearestOps(run, id, node.op);
  if (code === "node.unknown" || code === "member.missing" || code === "function.missing") {
    return [{ title: "Remove the node", edit: { kind: "removeNode", node: id } }];
  }
  if (node.kind === "op" && (code === "attribute.invalid" || code === "attribute.unknown")) {
    const spec = own(run.library.op(node.op)?.signature.attributes ?? {}, attribute);
    const operand = run.library.op(node.op)?.signature.operands.find((each) => each.name === attribute);
    if (spec && !("default" in spec)) return [];
    if (operand && operand.default === undefined) return [];
    const title = spec || operand ? `Reset ${attribute}` : `Remove ${attribute}`;
    return [{ title, edit: { kind: "removeAttribute", node: id, attribute } }];
  }
  if (!/^(shape|rank|dim|dtype|linear|attribute)\./.test(code)) return [];
  return [...memberFixes(run, graph, node, inputs), ...insertionFixes(run, graph, id, node, inputs)].slice(
    0,
    mostFixes,
  );
}

function nearestOps(run: Interpreter, node: NodeId, name: string): readonly Fix[] {
  const scored = run.library.opNames
    .map((op) => ({ op, score: distance(op.toLowerCase(), name.toLowerCase()) }))
    .filter(({ op, score }) => score <= Math.max(1, Math.floor(op.length / 3)))
    .sort((a, b) => a.score - b.score);
  const fixes = scored.slice(0, 1).map(({ op }): Fix => ({ title: `Use ${op}`, edit: { kind: "setOp", node, op } }));
  return [...fixes, { title: "Remove the node", edit: { kind: "removeNode", node } }];
}

/** Levenshtein's distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The type an attempt gives; null where it is refused. */
function outcome(attempt: () => TensorType | null): TensorType | null {
  try {
    return attempt();
  } catch {
    return null;
  }
}

/** The node's own work with other inputs or other module attributes; null where it cannot be tried. */
function attemptOf(
  run: Interpreter,
  graph: GraphId,
  node: GraphNode,
): ((inputs: Values, changed?: Readonly<Record<string, unknown>>) => TensorType) | null {
  if (node.kind === "op" || (node.kind === "effect" && node.effect.kind === "inPlace")) {
    const { op: name, attrs } =
      node.kind === "op" ? node : (node.effect as { op: string; attrs: typeof emptyAttributes });
    const op = run.library.op(name);
    if (!op) return null;
    return (inputs) => {
      const { attributes, numbers } = readWritten(op, attrs);
      const types = op.signature.operands.map((spec) => {
        const number = numbers.get(spec.name) ?? spec.default;
        const literal = { dtype: Number.isInteger(number) ? "int64" : "float32", shape: [], weak: true } as const;
        return own(inputs, spec.name)?.type ?? (number === undefined ? null : literal);
      });
      return op.rules.type({ operands: namedOperands(op, types), attributes });
    };
  }
  if (node.kind !== "call") return null;
  const member = visibleMembers(run.document, graph).get(node.member);
  const kind = member && run.kindOf(member);
  if (!member || kind?.kind !== "module" || kind.module.container) return null;
  const { module } = kind;
  return (inputs, changed = {}) => {
    const attributes = parseAttributes(module.attributes, { ...member.attrs, ...changed });
    const state = module
      .state(attributes)
      .map((spec) => [spec.name, run.stand({ dtype: spec.dtype, shape: spec.shape })] as const);
    const known = Object.entries(inputs).filter((entry): entry is [string, Value] => entry[1] !== null);
    const context = { inputs: Object.fromEntries(known), state: Object.fromEntries(state), attributes, training: true };
    return recordWith(createTape({ float: "float32" }), () => module.forward(context)).type;
  };
}

const emptyAttributes: Readonly<Record<string, unknown>> = {};

/** Sizes of a module that would fit its input: "Set inFeatures to 512". */
function memberFixes(run: Interpreter, graph: GraphId, node: GraphNode, inputs: Values): readonly Fix[] {
  const attempt = attemptOf(run, graph, node);
  if (node.kind !== "call" || !attempt) return [];
  const member = visibleMembers(run.document, graph).get(node.member);
  const kind = member && run.kindOf(member);
  if (!member || kind?.kind !== "module") return [];
  const extents = new Set(Object.values(inputs).flatMap((value) => [...(value?.type.shape ?? [])].slice(-2)));
  const sizes = Object.entries(kind.module.attributes).filter(([, spec]) => spec.kind === "int");
  return sizes.flatMap(([name]) =>
    [...extents].flatMap((value): Fix[] => {
      if (member.attrs[name] === value || !outcome(() => attempt(inputs, { [name]: value }))) return [];
      const edit = { kind: "setMemberAttribute", member: node.member, attribute: name, value } as const;
      return [{ title: `Set ${name} to ${value}`, edit }];
    }),
  );
}

/** Views on one of its inputs that would make it fit, those with the smallest result first: "Insert t() on other". */
function insertionFixes(run: Interpreter, graph: GraphId, id: NodeId, node: GraphNode, inputs: Values): readonly Fix[] {
  const attempt = attemptOf(run, graph, node);
  if (!attempt) return [];
  const found: { readonly fix: Fix; readonly result: number; readonly changed: number }[] = [];
  for (const [port, value] of Object.entries(inputs)) {
    if (!value) continue;
    const tried = new Set<string>();
    for (const { op: name, attributes } of insertions) {
      const op = run.library.op(name);
      if (!op) continue;
      const type = outcome(() => {
        const parsed = parseAttributes(op.signature.attributes, attributes);
        const inserted = op.rules.type({ operands: namedOperands(op, [value.type]), attributes: parsed });
        const key = JSON.stringify([inserted.dtype, inserted.shape]);
        if (tried.has(key)) return null;
        tried.add(key);
        return attempt({ ...inputs, [port]: run.stand(inserted) });
      });
      if (!type) continue;
      const title = `Insert ${name}(${Object.values(attributes).join(", ")}) on ${port}`;
      const fix: Fix = { title, edit: { kind: "insertOnEdge", to: [id, port], op: name, attributes } };
      found.push({ fix, result: elementCount(type.shape), changed: elementCount(value.type.shape) });
    }
  }
  found.sort((a, b) => a.result - b.result || a.changed - b.changed);
  return found.slice(0, mostFixes).map(({ fix }) => fix);
}
