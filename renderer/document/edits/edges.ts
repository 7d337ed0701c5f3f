/** @file Edits of edges: connect, cut, insert a node on one, reroute. */
import type { Edge, GraphId, NodeId, PortAddress } from "@chainrule/engine/analysis";
import { graphOf, type DocumentDraft, type GraphDraft, type IdSource } from "./draft";
import { placeNode } from "./nodes";
import { adoptLoss } from "./training";

/** True when both are the same end of an edge. */
export function samePort(a: PortAddress, b: PortAddress): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** True when values can flow from `from` to `to` already, so that an edge back would close a cycle. */
export function reaches(edges: readonly Edge[], from: NodeId, to: NodeId): boolean {
  const next = new Map<NodeId, NodeId[]>();
  for (const edge of edges) {
    const list = next.get(edge.from[0]);
    if (list === undefined) next.set(edge.from[0], [edge.to[0]]);
    else list.push(edge.to[0]);
  }
  const seen = new Set<NodeId>([from]);
  const stack = [from];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node === to) return true;
    for (const follower of next.get(node) ?? []) {
      if (seen.has(follower)) continue;
      seen.add(follower);
      stack.push(follower);
    }
  }
  return false;
}

function connectIn(graph: GraphDraft, from: PortAddress, to: PortAddress): void {
  if (graph.edges.some((edge) => samePort(edge.from, from) && samePort(edge.to, to))) return;
  graph.edges = graph.edges.filter((edge) => !samePort(edge.to, to));
  graph.edges.push({ from: [...from], to: [...to] });
}

/** Connects two ports; an input keeps one edge, the newest. */
export function connect(draft: DocumentDraft, graph: GraphId, from: PortAddress, to: PortAddress): void {
  connectIn(graphOf(draft, graph), from, to);
  adoptLoss(draft, graph, from, to);
}

/** Removes the edges that end at these ports. */
export function disconnect(draft: DocumentDraft, graph: GraphId, inputs: readonly PortAddress[]): void {
  const owner = graphOf(draft, graph);
  const kept = owner.edges.filter((edge) => !inputs.some((input) => samePort(edge.to, input)));
  if (kept.length < owner.edges.length) owner.edges = kept;
}

/** The edges once those of one port belong to another of its side; null where that would close a cycle. */
export function movedEdges(
  edges: readonly Edge[],
  side: "input" | "output",
  from: PortAddress,
  to: PortAddress,
): readonly Edge[] | null {
  const isMoved = (edge: Edge): boolean => samePort(side === "input" ? edge.to : edge.from, from);
  const moved = edges.filter(isMoved).map((edge): Edge => (side === "input" ? { from: edge.from, to } : { from: to, to: edge.to })); // prettier-ignore
  const taken = (edge: Edge): boolean => side === "input" && samePort(edge.to, to);
  const next = [...edges.filter((edge) => !isMoved(edge) && !taken(edge)), ...moved];
  return moved.some((edge) => edge.from[0] === edge.to[0] || reaches(next, edge.to[0], edge.from[0])) ? null : next;
}

/** Gives all edges of a port to another of its side, unless that would close a cycle. */
export function moveEdges(
  draft: DocumentDraft,
  graph: GraphId,
  side: "input" | "output",
  from: PortAddress,
  to: PortAddress,
): void {
  const owner = graphOf(draft, graph);
  const next = samePort(from, to) ? null : movedEdges(owner.edges, side, from, to);
  if (next !== null) owner.edges = next.map((edge) => ({ from: [...edge.from], to: [...edge.to] }));
}

/** Puts a placed node in the middle of an edge, by its first input and output. */
export function insertOnEdge(
  draft: DocumentDraft,
  graph: GraphId,
  to: PortAddress,
  node: NodeId,
  ports: { readonly input: string; readonly output: string },
): void {
  const owner = graphOf(draft, graph);
  const edge = owner.edges.find((candidate) => samePort(candidate.to, to));
  if (edge === undefined || edge.from[0] === node || edge.to[0] === node) return;
  const from: PortAddress = [...edge.from];
  connectIn(owner, from, [node, ports.input]);
  connectIn(owner, [node, ports.output], to);
}

/** Puts a reroute point on an edge. */
export function reroute(
  draft: DocumentDraft,
  graph: GraphId,
  to: PortAddress,
  position: { readonly x: number; readonly y: number },
  newId: IdSource,
): NodeId {
  const id = placeNode(graphOf(draft, graph), { kind: "reroute" }, { position, name: "reroute" }, newId);
  insertOnEdge(draft, graph, to, id, { input: "in", output: "out" });
  return id;
}
