/** @file Edits of the ports of a graph: each comes with its node, and with its twin where the graph has one. */
import type { FunctionDefinition, GraphId, NodeId, Port } from "@chainrule/engine/analysis";
import { freeName, graphOf, type DocumentDraft, type GraphDraft, type IdSource } from "./draft";
import { placeNode } from "./nodes";

type Position = { readonly x: number; readonly y: number };
type FunctionDraft = { -readonly [K in keyof FunctionDefinition]: FunctionDefinition[K] };

function freePort(ports: readonly Port[], wanted: string): string {
  return freeName(new Set(ports.map((port) => port.name)), wanted);
}

/** Below everything in a graph: where a twin's node goes. */
function below(graph: GraphDraft): Position {
  const ys = Object.values(graph.nodes).map((node) => node.position.y);
  return { x: 0, y: ys.length === 0 ? 40 : Math.max(...ys) + 80 };
}

function functionOf(draft: DocumentDraft, forward: GraphId) {
  return Object.values(draft.functions).find((definition) => definition.forward === forward);
}

/** The other body of a Branch: both have the same ports. */
function twinBody(draft: DocumentDraft, graph: GraphId): GraphId | null {
  for (const owner of Object.values(draft.graphs)) {
    for (const node of Object.values(owner.nodes)) {
      if (node.kind !== "branch") continue;
      if (node.whenTrue === graph && node.whenFalse !== graph) return node.whenFalse;
      if (node.whenFalse === graph && node.whenTrue !== graph) return node.whenTrue;
    }
  }
  return null;
}

/** A new input; a forward's backward gives its gradient back, a Branch's other body has it too. */
export function addGraphInput(draft: DocumentDraft, graph: GraphId, position: Position, newId: IdSource): NodeId[] {
  const owner = graphOf(draft, graph);
  const name = freePort(owner.inputs, "x");
  owner.inputs.push({ name });
  const definition = functionOf(draft, graph);
  const backward = definition === undefined ? undefined : draft.graphs[definition.backward];
  if (backward !== undefined) {
    backward.outputs.push({ name });
    placeNode(
      backward,
      { kind: "output", port: name },
      { position: { ...below(backward), x: 320 }, name: `grad_${name}` },
      newId,
    );
  }
  const twin = twinBody(draft, graph);
  if (twin !== null) {
    const other = graphOf(draft, twin);
    other.inputs.push({ name });
    placeNode(other, { kind: "input", port: name }, { position: below(other), name }, newId);
  }
  return [placeNode(owner, { kind: "input", port: name }, { position, name }, newId)];
}

/** A new output; a forward's backward takes its gradient. */
export function addGraphOutput(draft: DocumentDraft, graph: GraphId, position: Position, newId: IdSource): NodeId[] {
  const owner = graphOf(draft, graph);
  const name = freePort(owner.outputs, "y");
  owner.outputs.push({ name });
  const definition = functionOf(draft, graph);
  const backward = definition === undefined ? undefined : draft.graphs[definition.backward];
  if (backward !== undefined) {
    backward.inputs.push({ name, role: "grad" });
    placeNode(backward, { kind: "input", port: name }, { position: below(backward), name: `grad_${name}` }, newId);
  }
  return [placeNode(owner, { kind: "output", port: name }, { position, name: `${name}_out` }, newId)];
}

/** A value that goes round: an input and an output of one name, here and in a Branch's other body. */
export function addCarried(draft: DocumentDraft, graph: GraphId, position: Position, newId: IdSource): NodeId[] {
  const owner = graphOf(draft, graph);
  const name = freePort([...owner.inputs, ...owner.outputs], "h");
  const give = (target: GraphDraft, at: Position): NodeId => {
    target.inputs.push({ name, role: "carried" });
    target.outputs.push({ name, role: "carried" });
    const start = placeNode(target, { kind: "input", port: name }, { position: at, name }, newId);
    const end = placeNode(
      target,
      { kind: "output", port: name },
      { position: { x: at.x + 320, y: at.y }, name: `${name}_next` },
      newId,
    );
    target.edges.push({ from: [start, "out"], to: [end, "in"] });
    return start;
  };
  const twin = twinBody(draft, graph);
  if (twin !== null) give(graphOf(draft, twin), below(graphOf(draft, twin)));
  return [give(owner, position)];
}

/** Keeps a value of forward for backward: the node here, and the input that takes it there. */
export function addSaved(draft: DocumentDraft, graph: GraphId, position: Position, newId: IdSource): NodeId[] {
  const definition: FunctionDraft | undefined = functionOf(draft, graph);
  if (definition === undefined) return [];
  const name = freePort(definition.saved, "saved");
  definition.saved = [...definition.saved, { name }];
  const backward = draft.graphs[definition.backward];
  if (backward !== undefined) {
    backward.inputs.push({ name, role: "saved" });
    placeNode(backward, { kind: "input", port: name }, { position: below(backward), name }, newId);
  }
  return [placeNode(graphOf(draft, graph), { kind: "save", as: name }, { position, name: `save_${name}` }, newId)];
}

function rename(ports: Port[], from: string, to: string): void {
  ports.forEach((port, i) => {
    if (port.name === from) ports[i] = { ...port, name: to };
  });
}

/** Renames a port of a graph everywhere it shows: its nodes, its twin's, and the edges of the nodes that stand for the graph. */
export function renamePort(draft: DocumentDraft, graph: GraphId, node: NodeId, wanted: string): void {
  const owner = graphOf(draft, graph);
  const target = owner.nodes[node];
  if (target === undefined || (target.kind !== "input" && target.kind !== "output")) return;
  const from = target.port;
  const taken = new Set([...owner.inputs, ...owner.outputs].map((port) => port.name));
  taken.delete(from);
  const to = freeName(taken, wanted);
  if (to === from) return;
  const definition = functionOf(draft, graph);
  const isCarried = [...owner.inputs, ...owner.outputs].some((port) => port.name === from && port.role === "carried");
  const sides = isCarried ? (["input", "output"] as const) : ([target.kind] as const);
  const inside = (id: GraphId, kinds: readonly ("input" | "output")[]): void => {
    const inner = draft.graphs[id];
    if (inner === undefined) return;
    for (const kind of kinds) {
      rename(kind === "input" ? inner.inputs : inner.outputs, from, to);
      for (const candidate of Object.values(inner.nodes)) {
        if (candidate.kind === kind && candidate.port === from) candidate.port = to;
      }
    }
  };
  inside(graph, sides);
  const twin = twinBody(draft, graph);
  if (twin !== null) inside(twin, sides);
  if (definition !== undefined) inside(definition.backward, [target.kind === "input" ? "output" : "input"]);
  const standsFor = (id: GraphId, candidate: GraphDraft["nodes"][NodeId]): boolean => {
    if (candidate.kind === "repeat") return candidate.body === graph;
    if (candidate.kind === "branch") return candidate.whenTrue === graph || candidate.whenFalse === graph;
    if (candidate.kind === "apply") return draft.functions[candidate.function]?.forward === graph;
    return candidate.kind === "call" && draft.graphs[id]?.members[candidate.member]?.type === `graph:${graph}`;
  };
  for (const [id, other] of Object.entries(draft.graphs)) {
    for (const edge of other.edges) {
      const feeds = other.nodes[edge.to[0]];
      const fed = other.nodes[edge.from[0]];
      if (sides.some((side) => side === "input") && feeds !== undefined && standsFor(id, feeds) && edge.to[1] === from)
        edge.to = [edge.to[0], to];
      if (sides.some((side) => side === "output") && fed !== undefined && standsFor(id, fed) && edge.from[1] === from)
        edge.from = [edge.from[0], to];
    }
  }
}
