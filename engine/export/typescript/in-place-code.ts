/**
 * @file In-place ops. A wire keeps the version that it leads away from: the op with "_" where nothing else reads what it
 * writes to, a new value otherwise, which is copied to the parameter or buffer behind it where there is one.
 */
import type { Effect } from "../../document/document";
import { ops } from "../../ops/registry";
import type { Expression } from "./code";
import { ExportError } from "./context";
import type { GraphCode } from "./graph-code";
import type { KnownMember } from "./owned";
import type { PlacedNode } from "./wiring";

type InPlaceNode = PlacedNode & { readonly kind: "effect" };

/** Whether a node's value may be what it is given, or a part of that, in the same memory. */
function mayShare(node: PlacedNode): boolean {
  if (node.flags?.bypassed === true) return true;
  if (node.kind === "op") return ops.get(node.op)?.signature.shares === true;
  return node.kind !== "expression" && node.kind !== "apply" && node.kind !== "effect";
}

/** The parameter or buffer that an in-place op changes, and the views of it that lead there, outermost last. */
export interface StatePath {
  readonly id: string;
  readonly known: KnownMember;
  readonly views: readonly PlacedNode[];
}

/** Follows the value at an in-place op's input back to a parameter or buffer; null where it has memory of its own. */
export function stateWritten(code: GraphCode, effect: PlacedNode): StatePath | null {
  const views: PlacedNode[] = [];
  let at = effect;
  for (;;) {
    const [first] = code.wiring.inputs(at.id);
    const source = code.wiring.source(at.id, "input") ?? code.wiring.source(at.id, "in") ?? first;
    const node = source && code.wiring.node(source[0]);
    if (!node) return null;
    if (node.kind === "call") {
      const known = code.owned.find(node.member);
      const isState = known?.member.type === "parameter" || known?.member.type === "buffer";
      return known && isState ? { id: node.member, known, views } : null;
    }
    const isVersion = node.kind === "effect" && node.effect.kind === "inPlace";
    if (
      !isVersion &&
      (!mayShare(node) || (node.kind !== "op" && node.kind !== "reroute" && node.flags?.bypassed !== true))
    )
      return null;
    if (node.kind === "op" && node.flags?.bypassed !== true) views.unshift(node);
    at = node;
  }
}

/** Whether an effect before a value, or that value's own making, has changed the member that a call reads. */
export function isReadLate(code: GraphCode, node: PlacedNode & { readonly kind: "call" }): boolean {
  const { wiring } = code;
  const changes = (id: string): "update" | "inPlace" | null => {
    const effect = wiring.node(id);
    if (effect?.kind !== "effect" || effect.flags?.muted === true) return null;
    if (effect.effect.kind === "update" || effect.effect.kind === "optimizerStep") return "update";
    return effect.effect.kind === "inPlace" && stateWritten(code, effect)?.id === node.member ? "inPlace" : null;
  };
  const first = wiring.graph.effects.findIndex((id) => changes(id) !== null);
  if (first < 0) return false;
  const effect = wiring.graph.effects[first];
  const reads = [node.id];
  const seen = new Set<string>(reads);
  for (let id = reads.pop(); id !== undefined; id = reads.pop()) {
    for (const user of wiring.outputs(id).flatMap((port) => wiring.usersOf(id, port))) {
      const isWriter = user.id === effect && changes(effect) === "inPlace";
      if (wiring.stage(user.id) >= first && !isWriter) return true;
      if (mayShare(user) && !seen.has(user.id)) reads.push(user.id);
      seen.add(user.id);
    }
  }
  return false;
}

/** Writes an in-place op. */
export function writeInPlace(code: GraphCode, node: InPlaceNode, effect: Effect & { kind: "inPlace" }): void {
  const source = code.wiring.source(node.id, "input");
  if (!source) throw new ExportError(`export: effect "${node.name}" has nothing at "input". Run check first.`);
  const producer = code.wiring.node(source[0]);
  // What is made before the loop has to stay as it is for the next step.
  const alone =
    code.writesHere(source[0]) &&
    code.wiring.usersOf(...source).length === 1 &&
    producer?.kind === "op" &&
    !mayShare(producer);
  const input = code.required(node, "input");
  const call = code.opCall(node, effect.op, effect.attrs, alone);
  if (alone) {
    code.writer.line(`${call.text};`, call.nodes);
    code.bind(node.id, "out", { text: input.text, nodes: [code.key(node.id)] });
    return;
  }
  const off = node.flags?.noGrad === true ? `${code.context.importName("noGrad")}(() => ${call.text})` : call.text;
  const made = code.define(node, { ...call, text: off });
  code.bind(node.id, "out", made);
  const path = stateWritten(code, node);
  if (path) copyTo(code, node, path, made);
}

function copyTo(code: GraphCode, node: PlacedNode, { known, views }: StatePath, made: Expression): void {
  const read = views.reduce<Expression>(
    (from, view) => (view.kind === "op" ? code.opCall(view, view.op, view.attrs, false, from) : from),
    { text: known.code, nodes: [] },
  );
  const copy = `${read.text}.copy_(${made.text}`;
  const learns = known.member.type === "parameter" && known.member.attrs["requiresGrad"] !== false;
  const line = learns ? `${code.context.importName("noGrad")}(() => ${copy}));` : `${copy}.detach());`;
  code.writer.line(line, [code.key(node.id)]);
}
