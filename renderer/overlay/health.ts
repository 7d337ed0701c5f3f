/** @file The state of a graph's health from the overlay's statistics: first NaN or Inf, worst edges, dead and saturated values. */
import type { Edge, Graph, GraphId, NodeId } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { themeOf } from "../app/settings";
import { stateOf, type EdgeState, type EdgeStatistics } from "./edge-style";
import { viewOfEdge } from "./edge-view";
import { edgeKey } from "./overlay";

export interface EdgeHealth {
  readonly edge: Edge;
  readonly from: string;
  readonly to: string;
  readonly state: EdgeState;
  readonly gradient: EdgeStatistics;
}

export interface Health {
  readonly first: { readonly node: NodeId; readonly name: string; readonly what: "NaN" | "Inf"; readonly backward: boolean } | null; // prettier-ignore
  readonly worst: readonly EdgeHealth[];
  /** How many edges carry a gradient. */
  readonly edges: number;
  /** RMS of the gradient along the longest way to the loss, in forward order. */
  readonly path: readonly { readonly name: string; readonly rms: number }[];
  /** Share of zeros in the values that nodes pass on, of those that clamp or gate. */
  readonly zeros: readonly { readonly node: NodeId; readonly name: string; readonly share: number }[];
}

const gates: ReadonlySet<string> = new Set(["relu", "clamp", "dropout", "threshold", "relu6", "hardtanh", "leakyRelu"]);

/** Nodes in an order in which every edge goes forward; what is left of a cycle keeps its own order. */
function forwardOrder(graph: Graph): ReadonlyMap<NodeId, number> {
  const waiting = new Map(Object.keys(graph.nodes).map((id) => [id, 0]));
  for (const { to } of graph.edges) waiting.set(to[0], (waiting.get(to[0]) ?? 0) + 1);
  const ready = [...waiting].flatMap(([id, count]) => (count === 0 ? [id] : []));
  const order = new Map<NodeId, number>();
  for (const id of ready) {
    order.set(id, order.size);
    for (const { from, to } of graph.edges) {
      if (from[0] !== id) continue;
      const left = (waiting.get(to[0]) ?? 0) - 1;
      waiting.set(to[0], left);
      if (left === 0) ready.push(to[0]);
    }
  }
  return order;
}

const rank: Readonly<Record<EdgeState, number>> = {
  invalid: 0,
  exploding: 1,
  vanishing: 2,
  zero: 3,
  magnitude: 4,
  typeError: 5,
  none: 6,
  plain: 7,
};

function isBad(s: EdgeStatistics | null): s is EdgeStatistics {
  return s !== null && s.nan + s.inf > 0;
}

/** The first node whose value is not finite, else the last in forward order whose incoming gradient is not: where it began. */
function firstBad(
  app: App,
  id: GraphId,
  graph: Graph,
  order: ReadonlyMap<NodeId, number>,
  name: (node: NodeId) => string,
): Health["first"] {
  // prettier-ignore
  const at = (node: NodeId): number => order.get(node) ?? Infinity;
  const samples = graph.edges.flatMap((edge) => {
    const sample = app.overlay.sample(edgeKey(id, edge.to[0], edge.to[1]));
    return sample === null ? [] : [{ edge, sample }];
  });
  const what = (s: EdgeStatistics): "NaN" | "Inf" => (s.nan > 0 ? "NaN" : "Inf");
  const [value] = samples
    .filter(({ sample }) => isBad(sample.value))
    .sort((a, b) => at(a.edge.from[0]) - at(b.edge.from[0]));
  if (value !== undefined)
    return {
      node: value.edge.from[0],
      name: name(value.edge.from[0]),
      what: what(value.sample.value),
      backward: false,
    };
  const [gradient] = samples
    .filter(({ sample }) => isBad(sample.gradient))
    .sort((a, b) => at(b.edge.to[0]) - at(a.edge.to[0]));
  if (gradient === undefined || gradient.sample.gradient === null) return null;
  return {
    node: gradient.edge.to[0],
    name: name(gradient.edge.to[0]),
    what: what(gradient.sample.gradient),
    backward: true,
  };
}

/** Health of a graph as last sampled; null before the first sample. */
export function healthOf(app: App, id: GraphId): Health | null {
  const graph = app.history.document().graphs[id];
  if (graph === undefined || app.overlay.step < 0) return null;
  const settings = { ...app.overlay.settings(themeOf(app.settings.getState().theme)), mode: "magnitude" as const };
  const order = forwardOrder(graph);
  const name = (node: NodeId): string => graph.nodes[node]?.label ?? graph.nodes[node]?.name ?? node;
  const all = graph.edges.flatMap((edge): EdgeHealth[] => {
    const view = viewOfEdge(app, id, edge, null, false);
    const gradient = view.statistics;
    if (gradient === null) return [];
    return [{ edge, from: name(edge.from[0]), to: name(edge.to[0]), state: stateOf(view, settings), gradient }];
  });
  const worst = [...all].sort((a, b) => {
    const byState = rank[a.state] - rank[b.state];
    if (byState !== 0) return byState;
    // Among the exploding the largest come first, elsewhere the smallest.
    return a.state === "exploding" ? b.gradient.rms - a.gradient.rms : a.gradient.rms - b.gradient.rms;
  });
  const path: { name: string; rms: number }[] = [];
  let at = app.history.document().training.loss?.[0] ?? "";
  if (graph.nodes[at] === undefined) at = [...order.keys()].at(-1) ?? "";
  const seen = new Set<NodeId>();
  while (!seen.has(at)) {
    seen.add(at);
    const here = at;
    const [next] = all
      .filter(({ edge }) => edge.to[0] === here)
      .sort((a, b) => (order.get(b.edge.from[0]) ?? 0) - (order.get(a.edge.from[0]) ?? 0));
    if (next === undefined) break;
    path.unshift({ name: `${next.from} → ${next.to}`, rms: next.gradient.rms });
    at = next.edge.from[0];
  }
  const counted = new Set<NodeId>();
  const facts = app.analysis.getState().analysis.graphs.get(id);
  const zeros = graph.edges.flatMap(({ from, to }) => {
    const node = graph.nodes[from[0]];
    const sample = app.overlay.sample(edgeKey(id, to[0], to[1]));
    const isGate = (node?.kind === "op" && gates.has(node.op)) || node?.kind === "apply";
    const shape = facts?.outputs.get(from[0])?.[from[1]]?.type.shape;
    if (!isGate || sample === null || shape === undefined || counted.has(from[0])) return [];
    counted.add(from[0]);
    const count = shape.reduce((product, extent) => product * extent, 1) || 1;
    return [{ node: from[0], name: name(from[0]), share: sample.value.zeros / count }];
  });
  return {
    first: firstBad(app, id, graph, order, name),
    worst: worst.slice(0, 10),
    edges: all.length,
    path,
    zeros: [...zeros].sort((a, b) => b.share - a.share).slice(0, 10),
  };
}
