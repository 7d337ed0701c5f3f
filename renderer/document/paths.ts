/** @file The way from the root to any graph of a document: through which nodes one gets there. */
import {
  bodiesOf,
  type ChainruleDocument,
  type GraphId,
  type GraphNode,
  type NodeId,
} from "@chainrule/engine/analysis";

/** A step into a graph, and the node of the graph before that stands for it. */
export interface Step {
  readonly graph: GraphId;
  readonly through: NodeId | null;
}

/** The graphs that a node of a graph stands for, in the order they are read. */
export function graphsBehind(document: ChainruleDocument, owner: GraphId, node: GraphNode): readonly GraphId[] {
  if (node.kind === "apply") {
    const definition = document.functions[node.function];
    return definition === undefined ? [] : [definition.forward, definition.backward];
  }
  if (node.kind !== "call") return bodiesOf(node);
  const type = document.graphs[owner]?.members[node.member]?.type ?? memberType(document, node.member);
  return type.startsWith("graph:") ? [type.slice("graph:".length)] : [];
}

/** A node in a body calls a member of a graph around it. */
function memberType(document: ChainruleDocument, member: string): string {
  return (
    Object.values(document.graphs).find((graph) => graph.members[member] !== undefined)?.members[member]?.type ?? ""
  );
}

export interface NodePlace {
  readonly graph: GraphId;
  readonly node: NodeId;
}

/** A node by the nodes that lead to it from the root; the last of them that is there, or null where none is. */
export function placeAlong(document: ChainruleDocument, through: readonly NodeId[], node: NodeId): NodePlace | null {
  let found: NodePlace | null = null;
  let graphs: readonly GraphId[] = [document.root];
  for (const id of [...through, node]) {
    const graph = graphs.find((candidate) => document.graphs[candidate]?.nodes[id] !== undefined);
    const content = graph === undefined ? undefined : document.graphs[graph]?.nodes[id];
    if (graph === undefined || content === undefined) return found;
    found = { graph, node: id };
    graphs = graphsBehind(document, graph, content);
  }
  return found;
}

/** The shortest way from the root; only the root and the graph itself where no node leads there. */
export function stepsTo(document: ChainruleDocument, graph: GraphId): readonly Step[] {
  const root: Step = { graph: document.root, through: null };
  if (graph === document.root) return [root];
  const ways = new Map<GraphId, readonly Step[]>([[document.root, [root]]]);
  const queue: GraphId[] = [document.root];
  for (let here = queue.shift(); here !== undefined; here = queue.shift()) {
    for (const [id, node] of Object.entries(document.graphs[here]?.nodes ?? {})) {
      for (const inner of graphsBehind(document, here, node)) {
        if (ways.has(inner) || document.graphs[inner] === undefined) continue;
        ways.set(inner, [...(ways.get(here) ?? [root]), { graph: inner, through: id }]);
        queue.push(inner);
      }
    }
  }
  return ways.get(graph) ?? [root, { graph, through: null }];
}
