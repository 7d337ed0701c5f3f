/** @file A graph indexed for analysis: its wires by input, and an order in which every node follows what it reads. */
import type { Edge, Graph, NodeId } from "../document/document";
import { own } from "../document/library";

export interface GraphIndex {
  /** The edge into each wired input, by node and port. */
  readonly incoming: ReadonlyMap<NodeId, ReadonlyMap<string, Edge>>;
  readonly outgoing: ReadonlyMap<NodeId, readonly Edge[]>;
  /** Nodes that read nothing of a cycle, each after what it reads. */
  readonly order: readonly NodeId[];
  /** Each cycle found, along its edges; the last edge closes it. */
  readonly cycles: readonly (readonly Edge[])[];
}

const known = new WeakMap<Graph, GraphIndex>();

/** The index of a graph; remembered as long as the graph itself. */
export function indexGraph(graph: Graph): GraphIndex {
  const found = known.get(graph);
  if (found) return found;
  const incoming = new Map<NodeId, Map<string, Edge>>();
  const outgoing = new Map<NodeId, Edge[]>();
  for (const edge of graph.edges) {
    if (!own(graph.nodes, edge.from[0]) || !own(graph.nodes, edge.to[0])) continue;
    const ports = incoming.get(edge.to[0]) ?? new Map<string, Edge>();
    if (ports.has(edge.to[1])) continue;
    ports.set(edge.to[1], edge);
    incoming.set(edge.to[0], ports);
    const from = outgoing.get(edge.from[0]) ?? [];
    from.push(edge);
    outgoing.set(edge.from[0], from);
  }
  const index = { incoming, outgoing, ...sort(graph, incoming) };
  known.set(graph, index);
  return index;
}

/** Depth first without recursion, in the order in which nodes stand. */
function sort(
  graph: Graph,
  incoming: ReadonlyMap<NodeId, ReadonlyMap<string, Edge>>,
): Pick<GraphIndex, "order" | "cycles"> {
  const order: NodeId[] = [];
  const cycles: (readonly Edge[])[] = [];
  const state = new Map<NodeId, "open" | "done" | "stuck">();
  const onStack = new Set<NodeId>();
  for (const start of Object.keys(graph.nodes)) {
    if (state.has(start)) continue;
    const stack = [{ id: start, edges: [...(incoming.get(start)?.values() ?? [])], next: 0 }];
    state.set(start, "open");
    onStack.add(start);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const edge = top.edges[top.next++];
      if (edge === undefined) {
        const stuck = state.get(top.id) === "stuck" || top.edges.some((e) => state.get(e.from[0]) === "stuck");
        state.set(top.id, stuck ? "stuck" : "done");
        if (!stuck) order.push(top.id);
        onStack.delete(top.id);
        stack.pop();
        continue;
      }
      const from = edge.from[0];
      if (!state.has(from)) {
        state.set(from, "open");
        onStack.add(from);
        stack.push({ id: from, edges: [...(incoming.get(from)?.values() ?? [])], next: 0 });
      } else if (onStack.has(from)) {
        const begin = stack.findIndex((frame) => frame.id === from);
        const loop = stack.slice(begin);
        cycles.push(loop.flatMap((frame) => frame.edges[frame.next - 1] ?? []));
        for (const frame of loop) state.set(frame.id, "stuck");
      }
    }
  }
  return { order, cycles };
}

/** All nodes from which the given ones can be reached along edges, themselves included. */
export function upstream(index: GraphIndex, from: Iterable<NodeId>): ReadonlySet<NodeId> {
  const seen = new Set(from);
  const stack = [...seen];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    for (const edge of index.incoming.get(id)?.values() ?? []) {
      if (seen.has(edge.from[0])) continue;
      seen.add(edge.from[0]);
      stack.push(edge.from[0]);
    }
  }
  return seen;
}
