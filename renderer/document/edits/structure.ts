/** @file Edits of structure: a module from a selection and back, regions, frames and notes. */
import type { Edge, Graph, GraphId, MemberId, NodeId, PortAddress } from "@chainrule/engine/analysis";
import {
  freeName,
  graphOf,
  namesIn,
  type DocumentDraft,
  type GraphDraft,
  type IdSource,
  type NodeDraft,
} from "./draft";
import { placeNode } from "./nodes";

/** An empty graph of a kind. */
export function emptyGraph(kind: Graph["kind"], name: string): GraphDraft {
  return {
    kind,
    name,
    inputs: [],
    outputs: [],
    members: {},
    draws: [],
    effects: [],
    nodes: {},
    edges: [],
    notes: [],
    frames: [],
  };
}

function portName(taken: Set<string>, wanted: string): string {
  const name = freeName(taken, wanted);
  taken.add(name);
  return name;
}

/** Ports through which edges cross a selection's border: one per outside source, one per inside source. */
function crossings(graph: GraphDraft, chosen: ReadonlySet<NodeId>) {
  const key = (port: readonly [NodeId, string]): string => `${port[0]}\u0000${port[1]}`;
  const into = new Map<string, { source: PortAddress; edges: Edge[] }>();
  const outOf = new Map<string, { source: PortAddress; edges: Edge[] }>();
  for (const edge of graph.edges) {
    const from = chosen.has(edge.from[0]);
    const to = chosen.has(edge.to[0]);
    if (from === to) continue;
    const side = to ? into : outOf;
    const known = side.get(key(edge.from));
    const copy: Edge = { from: [...edge.from], to: [...edge.to] };
    if (known === undefined) side.set(key(edge.from), { source: copy.from, edges: [copy] });
    else known.edges.push(copy);
  }
  return { into: [...into.values()], outOf: [...outOf.values()] };
}

/** Effects cannot live in a module, which has one value out per port and no order of its own. */
export function canBecomeModule(graph: Graph, nodes: readonly NodeId[]): boolean {
  return (
    nodes.length > 0 &&
    nodes.every((id) => {
      const kind = graph.nodes[id]?.kind;
      return kind !== undefined && kind !== "effect" && kind !== "input" && kind !== "output" && kind !== "save";
    })
  );
}

/**
 * Moves nodes into a new module graph that the graph calls in their place. Members that only these nodes use move
 * along; a node that uses a member still needed outside stays a use of a copy made here by the caller's choice, so
 * such nodes are left out of the selection first.
 */
export function makeModule(
  draft: DocumentDraft,
  graph: GraphId,
  nodes: readonly NodeId[],
  name: string,
  newId: IdSource,
): { readonly module: GraphId; readonly call: NodeId } | null {
  const owner = graphOf(draft, graph);
  const chosen = new Set<string>(
    nodes.filter((id) => owner.nodes[id] !== undefined && !usesSharedMember(owner, id, nodes)),
  );
  if (chosen.size === 0) return null;
  const moduleId: GraphId = newId();
  const taken = new Set(Object.values(draft.graphs).map((known) => known.name));
  const module = emptyGraph("module", freeName(taken, name));
  const { into, outOf } = crossings(owner, chosen);
  const inner = [...chosen].map((id) => owner.nodes[id]).filter((node) => node !== undefined);
  const left = Math.min(...inner.map((node) => node.position.x));
  const right = Math.max(...inner.map((node) => node.position.x));
  const top = Math.min(...inner.map((node) => node.position.y));

  const members = new Set<string>();
  for (const id of chosen) {
    const node = owner.nodes[id];
    if (node === undefined) continue;
    if (node.kind === "call") members.add(node.member);
    module.nodes[id] = node;
  }
  for (const id of members) {
    const member = owner.members[id];
    if (member === undefined) continue;
    module.members[id] = member;
    delete owner.members[id];
  }
  module.draws = owner.draws.filter((id) => chosen.has(id) || members.has(id));
  module.edges = owner.edges.filter((edge) => chosen.has(edge.from[0]) && chosen.has(edge.to[0]));

  const moduleMember: MemberId = newId();
  owner.members[moduleMember] = {
    name: freeName(namesIn(owner), module.name.toLowerCase()),
    type: `graph:${moduleId}`,
    attrs: {},
  };
  const firstDraw = owner.draws.findIndex((id) => chosen.has(id) || members.has(id));
  owner.draws = owner.draws.filter((id) => !chosen.has(id) && !members.has(id));
  owner.draws.splice(firstDraw === -1 ? owner.draws.length : firstDraw, 0, moduleMember);
  owner.edges = owner.edges.filter((edge) => !chosen.has(edge.from[0]) && !chosen.has(edge.to[0]));
  for (const id of chosen) delete owner.nodes[id];
  const call = placeNode(
    owner,
    { kind: "call", member: moduleMember },
    { position: { x: left, y: top }, name: module.name.toLowerCase() },
    newId,
  );

  const inputNames = new Set<string>();
  into.forEach(({ source, edges }, row) => {
    const port = portName(inputNames, owner.nodes[source[0]]?.name ?? "input");
    module.inputs.push({ name: port });
    const node = placeNode(
      module,
      { kind: "input", port },
      { position: { x: left - 160, y: top + row * 60 }, name: port },
      newId,
    );
    for (const edge of edges) module.edges.push({ from: [node, "out"], to: [...edge.to] });
    owner.edges.push({ from: [...source], to: [call, port] });
  });
  const outputNames = new Set<string>();
  outOf.forEach(({ source, edges }, row) => {
    const port = portName(outputNames, outOf.length === 1 ? "out" : (module.nodes[source[0]]?.name ?? "out"));
    module.outputs.push({ name: port });
    const node = placeNode(
      module,
      { kind: "output", port },
      { position: { x: right + 160, y: top + row * 60 }, name: `${port}_out` },
      newId,
    );
    module.edges.push({ from: [...source], to: [node, "in"] });
    for (const edge of edges) owner.edges.push({ from: [call, port], to: [...edge.to] });
  });
  draft.graphs[moduleId] = module;
  return { module: moduleId, call };
}

function usesSharedMember(graph: GraphDraft, id: NodeId, chosen: readonly NodeId[]): boolean {
  const node = graph.nodes[id];
  if (node?.kind !== "call") return false;
  return Object.entries(graph.nodes).some(
    ([other, use]) => use.kind === "call" && use.member === node.member && !chosen.includes(other),
  );
}

/** Puts the content of a called module back in the place of its only call. Lossless: makeModule's inverse. */
export function unpackModule(draft: DocumentDraft, graph: GraphId, call: NodeId): readonly NodeId[] | null {
  const owner = graphOf(draft, graph);
  const node = owner.nodes[call];
  if (node?.kind !== "call") return null;
  const memberId = node.member;
  const member = owner.members[memberId];
  if (member === undefined || !member.type.startsWith("graph:")) return null;
  const moduleId = member.type.slice("graph:".length);
  const module = draft.graphs[moduleId];
  const uses = Object.values(owner.nodes).filter((other) => other.kind === "call" && other.member === memberId);
  if (module === undefined || uses.length !== 1) return null;

  const portNodes = new Map<NodeId, NodeDraft>(
    Object.entries(module.nodes).filter(([, inner]) => inner.kind === "input" || inner.kind === "output"),
  );
  const moved: NodeId[] = [];
  for (const [id, inner] of Object.entries(module.nodes)) {
    if (portNodes.has(id)) continue;
    owner.nodes[id] = { ...inner, name: freeName(namesIn(owner), inner.name) };
    moved.push(id);
  }
  for (const [id, inner] of Object.entries(module.members)) {
    owner.members[id] = { ...inner, name: freeName(namesIn(owner), inner.name) };
  }
  const at = owner.draws.indexOf(memberId);
  owner.draws.splice(at === -1 ? owner.draws.length : at, at === -1 ? 0 : 1, ...module.draws);

  const feeds = new Map(owner.edges.filter((edge) => edge.to[0] === call).map((edge) => [edge.to[1], edge.from]));
  const inside = module.edges.filter((edge) => !portNodes.has(edge.from[0]) && !portNodes.has(edge.to[0]));
  const entering = module.edges.flatMap((edge) => {
    const port = portNodes.get(edge.from[0]);
    const source = port?.kind === "input" ? feeds.get(port.port) : undefined;
    return source === undefined ? [] : [{ from: source, to: edge.to }];
  });
  const sources = new Map(
    module.edges.flatMap((edge) => {
      const port = portNodes.get(edge.to[0]);
      return port?.kind === "output" ? [[port.port, edge.from] as const] : [];
    }),
  );
  const leaving = owner.edges.flatMap((edge) => {
    const source = edge.from[0] === call ? sources.get(edge.from[1]) : undefined;
    return source === undefined ? [] : [{ from: source, to: edge.to }];
  });
  owner.edges = [
    ...owner.edges.filter((edge) => edge.from[0] !== call && edge.to[0] !== call),
    ...inside,
    ...entering,
    ...leaving,
  ];
  delete owner.nodes[call];
  delete owner.members[memberId];
  const usedElsewhere = Object.values(draft.graphs).some((other) =>
    Object.values(other.members).some((candidate) => candidate.type === `graph:${moduleId}`),
  );
  if (!usedElsewhere) delete draft.graphs[moduleId];
  return moved;
}

/** Draws a titled frame around nodes, with a margin of 20 pixels and room for its title. */
export function frameNodes(
  draft: DocumentDraft,
  graph: GraphId,
  boxes: readonly { readonly x: number; readonly y: number; readonly width: number; readonly height: number }[],
  title: string,
  newId: IdSource,
): void {
  if (boxes.length === 0) return;
  const left = Math.min(...boxes.map((box) => box.x)) - 20;
  const top = Math.min(...boxes.map((box) => box.y)) - 40;
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + 20;
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + 20;
  graphOf(draft, graph).frames.push({
    id: newId(),
    title,
    position: { x: left, y: top },
    size: { width: right - left, height: bottom - top },
  });
}

/** Puts an empty note at a place. */
export function addNote(
  draft: DocumentDraft,
  graph: GraphId,
  position: { readonly x: number; readonly y: number },
  text: string,
  newId: IdSource,
): void {
  graphOf(draft, graph).notes.push({ id: newId(), text, position: { ...position }, size: { width: 200, height: 80 } });
}
