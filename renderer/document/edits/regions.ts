/** @file Bodies of Repeat and Branch: the graphs that belong to a node, and the members that they use around them. */
import { bodiesOf, type ChainruleDocument, type GraphId, type GraphNode, type MemberId, type NodeId } from "@chainrule/engine/analysis"; // prettier-ignore
import type { DocumentDraft, NodeDraft } from "./draft";

/** The bodies of nodes and the bodies in those, each once. */
export function innerBodies(
  document: ChainruleDocument | DocumentDraft,
  nodes: Iterable<GraphNode | NodeDraft>,
): ReadonlySet<GraphId> {
  const found = new Set<GraphId>();
  const visit = (id: GraphId): void => {
    const graph = document.graphs[id];
    if (graph === undefined || found.has(id)) return;
    found.add(id);
    for (const node of Object.values(graph.nodes)) bodiesOf(node).forEach(visit);
  };
  for (const node of nodes) bodiesOf(node).forEach(visit);
  return found;
}

/** The member that a node calls or steps with. */
export function memberOf(node: GraphNode | NodeDraft): MemberId | null {
  if (node.kind === "call") return node.member;
  if (node.kind === "effect" && "optimizer" in node.effect) return node.effect.optimizer ?? null;
  return null;
}

/** The members that nodes use, in their bodies too. */
export function membersUsed(
  document: ChainruleDocument | DocumentDraft,
  nodes: readonly (GraphNode | NodeDraft)[],
): ReadonlySet<MemberId> {
  const inside = [...innerBodies(document, nodes)].flatMap((id) => Object.values(document.graphs[id]?.nodes ?? {}));
  return new Set([...nodes, ...inside].flatMap((node) => memberOf(node) ?? []));
}

/** Where a member added in a graph lives: a body has no state of its own, the graph around it keeps it over the turns. */
export function memberHome(document: ChainruleDocument | DocumentDraft, graph: GraphId): GraphId {
  let home = graph;
  for (let steps = 0; document.graphs[home]?.kind === "body" && steps < 64; steps++) {
    const around = Object.entries(document.graphs).find(([, other]) =>
      Object.values(other.nodes).some((node) => bodiesOf(node).includes(home)),
    );
    if (around === undefined) break;
    home = around[0];
  }
  return home;
}

/** Nodes of a graph by their ids; those that are not there are left out. */
export function nodesOf<T>(graph: { readonly nodes: Readonly<Record<NodeId, T>> }, ids: Iterable<NodeId>): T[] {
  return [...ids].flatMap((id) => graph.nodes[id] ?? []);
}
