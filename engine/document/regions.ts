/** @file What Repeat and Branch own: their bodies, the names by which the states in those go, and the order of first draws. */
import type { ChainruleDocument, Graph, GraphId, GraphNode, Member, NodeId } from "./document";
import { uniqueName } from "./names";

/** The bodies that a node owns. A Branch may have the same one on both sides. */
export function bodiesOf(node: GraphNode): readonly GraphId[] {
  if (node.kind === "repeat") return [node.body];
  return node.kind === "branch" ? [...new Set([node.whenTrue, node.whenFalse])] : [];
}

/** Names one body among those that the nodes of a graph own: two nodes may own the same graph, each with states of its own. */
export function bodyKey(node: NodeId, body: GraphId): string {
  return `${node} ${body}`;
}

/**
 * What stands before the names of a body's members in a state_dict, by bodyKey: the node's name, with the side where a
 * Branch has two; another where a member of the graph has that name.
 */
export function bodyNames(graph: Graph): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(Object.values(graph.members).map((member) => member.name));
  for (const [id, node] of Object.entries(graph.nodes)) {
    const bodies = bodiesOf(node);
    for (const [side, body] of bodies.entries()) {
      const wanted = bodies.length === 1 ? node.name : `${node.name}_${side === 0 ? "true" : "false"}`;
      const name = uniqueName(wanted, taken);
      taken.add(name);
      names.set(bodyKey(id, body), name);
    }
  }
  return names;
}

/** A graph and the bodies in it, each once. */
export function graphsWithin({ graphs }: ChainruleDocument, graph: GraphId): readonly GraphId[] {
  const found = new Set<GraphId>();
  const visit = (id: GraphId): void => {
    const here = Object.hasOwn(graphs, id) ? graphs[id] : undefined;
    if (!here || found.has(id)) return;
    found.add(id);
    for (const node of Object.values(here.nodes)) bodiesOf(node).forEach(visit);
  };
  visit(graph);
  return [...found];
}

/** A graph's own members and those of its bodies. */
export function membersWithin(document: ChainruleDocument, graph: GraphId): readonly Member[] {
  return graphsWithin(document, graph).flatMap((id) => Object.values(document.graphs[id]?.members ?? {}));
}

/** Note [Draw order]: the graph's own list first; what it does not name follows, members before nodes, as listed. */
export function drawOrder(graph: Graph): ReadonlySet<string> {
  return new Set<string>([...graph.draws, ...Object.keys(graph.members), ...Object.keys(graph.nodes)]);
}
