/** @file The order in which a graph's nodes run, the same for the engine and for exported code. */
import type { Graph, NodeId } from "./document";

/** A node and one it cannot come after: the nodes of a cycle, each reading or following the next. */
export type OnCycle = (cycle: readonly NodeId[], previousEffect: ReadonlyMap<NodeId, NodeId>) => void;

/**
 * Every node after what it reads, effects in their listed order: depth first from the effects, then from the nodes as
 * listed, so that equal documents run alike. Edges are taken from `sources`; those of a cycle are told and left out.
 */
export function orderNodes(graph: Graph, sources: (id: NodeId) => readonly NodeId[], onCycle: OnCycle): NodeId[] {
  const effects = graph.effects.filter((id) => Object.hasOwn(graph.nodes, id));
  const before = new Map<NodeId, NodeId>();
  effects.forEach((id, i) => {
    const previous = effects[i - 1];
    if (previous !== undefined && previous !== id) before.set(id, previous);
  });
  const state = new Map<NodeId, "open" | "done">();
  const order: NodeId[] = [];
  const dependencies = (id: NodeId): NodeId[] => {
    const previous = before.get(id);
    return previous === undefined ? [...sources(id)] : [previous, ...sources(id)];
  };
  for (const start of [...effects, ...Object.keys(graph.nodes)]) {
    if (state.has(start)) continue;
    const stack = [{ id: start, rest: dependencies(start) }];
    state.set(start, "open");
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.rest.shift();
      if (next === undefined) {
        state.set(top.id, "done");
        order.push(top.id);
        stack.pop();
      } else if (state.get(next) === "open") {
        onCycle(
          stack.slice(stack.findIndex((entry) => entry.id === next)).map((entry) => entry.id),
          before,
        );
      } else if (!state.has(next)) {
        state.set(next, "open");
        stack.push({ id: next, rest: dependencies(next) });
      }
    }
  }
  return order;
}
