/** @file Edits of structure: a module from a selection and back, regions, frames and notes. */
import { castDraft } from "immer";
import {
  createGraph,
  portsOf,
  standardLibrary,
  type ChainruleDocument,
  type Edge,
  type Graph,
  type GraphId,
  type GraphNode,
  type MemberId,
  type NodeId,
  type PortAddress,
} from "@chainrule/engine/analysis";
import { freeName, graphOf, namesIn, namesOf, type DocumentDraft, type GraphDraft, type IdSource } from "./draft";
import { placeNode } from "./nodes";
import { reaches } from "./edges";
import { moveRoles } from "./roles";
import { innerBodies, memberHome, memberOf, membersUsed, nodesOf } from "./regions";

/** An empty graph of a kind. */
export function emptyGraph(kind: Graph["kind"], name: string): GraphDraft {
  return castDraft(createGraph(kind, name));
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

/** Whether a value can leave a selection and come back into it: as one node it would feed itself. */
function leavesAndReturns(edges: readonly Edge[], chosen: ReadonlySet<NodeId>): boolean {
  const outside = edges.filter((edge) => chosen.has(edge.from[0]) && !chosen.has(edge.to[0]));
  return outside.some((edge) => [...chosen].some((id) => reaches(edges, edge.to[0], id)));
}

/** Ports of a selection that nothing is wired to: inputs that must be fed, and outputs that feed nothing. */
function openPorts(draft: DocumentDraft, graph: GraphId, chosen: ReadonlySet<NodeId>) {
  const { nodes, edges } = graphOf(draft, graph);
  const inputs: PortAddress[] = [];
  const outputs: PortAddress[] = [];
  for (const id of chosen) {
    const node = nodes[id];
    if (node === undefined) continue;
    const ports = portsOf(draft as ChainruleDocument, graph, node as GraphNode, standardLibrary);
    const written = node.kind === "op" ? node.attrs : {};
    for (const { name, required } of ports.inputs) {
      const isFed = edges.some((edge) => edge.to[0] === id && edge.to[1] === name);
      if (required && !isFed && written[name] === undefined) inputs.push([id, name]);
    }
    if (edges.some((edge) => edge.from[0] === id)) continue;
    for (const name of ports.outputs) outputs.push([id, name]);
  }
  return { inputs, outputs };
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
 * along, those used in their bodies too; a node that uses a member still needed outside is left out. Null where
 * nothing is left, or where a value would leave the module and come back into it.
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
    nodes.filter((id) => owner.nodes[id] !== undefined && !usesSharedMember(draft, graph, id, nodes)),
  );
  if (chosen.size === 0 || leavesAndReturns(owner.edges, chosen)) return null;
  const moduleId: GraphId = newId();
  const module = emptyGraph("module", freeName(namesOf(draft.graphs), name));
  const { into, outOf } = crossings(owner, chosen);
  const open = openPorts(draft, graph, chosen);
  const inner = [...chosen].map((id) => owner.nodes[id]).filter((node) => node !== undefined);
  const left = Math.min(...inner.map((node) => node.position.x));
  const right = Math.max(...inner.map((node) => node.position.x));
  const top = Math.min(...inner.map((node) => node.position.y));

  const home = graphOf(draft, memberHome(draft, graph));
  const members = membersUsed(draft, inner);
  const leaves = (id: string): boolean => chosen.has(id) || members.has(id as MemberId);
  for (const id of chosen) {
    const node = owner.nodes[id];
    if (node === undefined) continue;
    module.nodes[id] = node;
  }
  for (const id of members) {
    const member = home.members[id];
    if (member === undefined) continue;
    module.members[id] = member;
    delete home.members[id];
  }
  module.draws = home.draws.filter(leaves);
  if (owner !== home) {
    module.draws.push(...owner.draws.filter(leaves));
    owner.draws = owner.draws.filter((id) => !leaves(id));
  }
  module.edges = owner.edges.filter((edge) => chosen.has(edge.from[0]) && chosen.has(edge.to[0]));

  const moduleMember: MemberId = newId();
  home.members[moduleMember] = {
    name: freeName(namesIn(home), module.name.toLowerCase()),
    type: `graph:${moduleId}`,
    attrs: {},
  };
  const firstDraw = home.draws.findIndex(leaves);
  home.draws = home.draws.filter((id) => !leaves(id));
  home.draws.splice(firstDraw === -1 ? home.draws.length : firstDraw, 0, moduleMember);
  owner.edges = owner.edges.filter((edge) => !chosen.has(edge.from[0]) && !chosen.has(edge.to[0]));
  for (const id of chosen) delete owner.nodes[id];
  const call = placeNode(
    owner,
    { kind: "call", member: moduleMember },
    { position: { x: left, y: top }, name: module.name.toLowerCase() },
    newId,
  );

  const inputNames = new Set<string>();
  const comingIn = [...into, ...open.inputs.map((to) => ({ source: null, edges: [{ to }] }))];
  comingIn.forEach(({ source, edges }, row) => {
    const port = portName(inputNames, source === null ? "x" : (owner.nodes[source[0]]?.name ?? "x"));
    module.inputs.push({ name: port });
    const node = placeNode(
      module,
      { kind: "input", port },
      { position: { x: left - 160, y: top + row * 60 }, name: port },
      newId,
    );
    for (const edge of edges) module.edges.push({ from: [node, "out"], to: [...edge.to] });
    if (source !== null) owner.edges.push({ from: [...source], to: [call, port] });
  });
  const outputNames = new Set<string>();
  const moved = new Map<string, PortAddress>();
  const goingOut = [...outOf, ...open.outputs.map((source) => ({ source, edges: [] as readonly Edge[] }))];
  goingOut.forEach(({ source, edges }, row) => {
    const port = portName(outputNames, goingOut.length === 1 ? "out" : (module.nodes[source[0]]?.name ?? "out"));
    module.outputs.push({ name: port });
    const node = placeNode(
      module,
      { kind: "output", port },
      { position: { x: right + 160, y: top + row * 60 }, name: `${port}_out` },
      newId,
    );
    module.edges.push({ from: [...source], to: [node, "in"] });
    for (const edge of edges) owner.edges.push({ from: [call, port], to: [...edge.to] });
    moved.set(source.join("\u0000"), [call, port]);
  });
  draft.graphs[moduleId] = module;
  moveRoles(draft, graph, (port) => (chosen.has(port[0]) ? (moved.get(port.join("\u0000")) ?? null) : port));
  return { module: moduleId, call };
}

/** True when a node that is not chosen uses a member of this one: both must stay where the member is. */
function usesSharedMember(draft: DocumentDraft, graph: GraphId, id: NodeId, chosen: readonly NodeId[]): boolean {
  const owner = graphOf(draft, graph);
  const mine = membersUsed(draft, nodesOf(owner, [id]));
  if (mine.size === 0) return false;
  const home = memberHome(draft, graph);
  const moving = new Set([graph, ...innerBodies(draft, nodesOf(owner, chosen))]);
  const around = [home, ...innerBodies(draft, Object.values(graphOf(draft, home).nodes))];
  const elsewhere = around.flatMap((other) => (moving.has(other) ? [] : Object.values(graphOf(draft, other).nodes)));
  const beside = Object.keys(owner.nodes).filter((other) => !chosen.includes(other));
  const used = new Set([...elsewhere.map(memberOf), ...membersUsed(draft, nodesOf(owner, beside))]);
  return [...mine].some((member) => used.has(member));
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
