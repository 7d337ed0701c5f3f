/** @file The state of a graph's health from the overlay's statistics: first NaN or Inf, worst edges, dead and saturated values. */
import { mathsOf } from "../nodes/node-maths";
import type { Edge, Graph, NodeId, PortAddress } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { themeOf } from "../app/settings";
import { openScopes, type Scope } from "../canvas/scopes";
import { nodeName } from "../nodes/node-name";
import { stateOf, type EdgeState, type EdgeStatistics, type OverlaySettings } from "./edge-style";
import { viewOfEdge } from "./edge-view";
import { edgeKey } from "./overlay";

export interface EdgeHealth {
  readonly scope: Scope;
  readonly edge: Edge;
  readonly from: string;
  readonly to: string;
  readonly state: EdgeState;
  readonly gradient: EdgeStatistics;
}

export interface FirstBad {
  readonly scope: Scope;
  readonly node: NodeId;
  readonly name: string;
  readonly what: "NaN" | "Inf";
  readonly backward: boolean;
  /** Its formula forward, or that of its gradient, in TeX. */
  readonly rule: string | null;
  /** It is state that an update wrote. */
  readonly isParameter: boolean;
  /** The input to keep away from zero, where that helps. */
  readonly guard: PortAddress | null;
}

export interface Health {
  readonly step: number;
  readonly first: FirstBad | null;
  readonly worst: readonly EdgeHealth[];
  /** How many edges carry a gradient. */
  readonly edges: number;
  /** The smallest and largest RMS above zero. */
  readonly range: readonly [number, number] | null;
  /** RMS of the gradient along the longest way to the loss, in forward order. */
  readonly path: readonly { readonly name: string; readonly rms: number }[];
  /** Share of zeros in the values that nodes pass on, of those that clamp or gate. */
  readonly zeros: readonly { readonly node: NodeId; readonly name: string; readonly share: number }[];
}

/** Ops whose value or derivative is infinite where the input is zero. */
const singular: ReadonlySet<string> = new Set(["sqrt", "rsqrt", "log", "log2", "log10", "reciprocal", "norm"]);

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

/** A graph drawn on the canvas, with what health asks of it. */
interface Part {
  readonly scope: Scope;
  readonly graph: Graph;
  readonly order: ReadonlyMap<NodeId, number>;
  readonly edges: readonly EdgeHealth[];
}

const what = (s: EdgeStatistics): "NaN" | "Inf" => (s.nan > 0 ? "NaN" : "Inf");

function nameIn(app: App, scope: Scope, graph: Graph, id: NodeId): string {
  return nodeName(app.history.document(), scope.graph, id, app.library) ?? id;
}

/** The first node whose value is not finite, else the last in forward order whose incoming gradient is not: where it began. */
function firstBad(app: App, { scope, graph, order }: Part): FirstBad | null {
  const at = (node: NodeId): number => order.get(node) ?? Infinity;
  const samples = graph.edges.flatMap((edge) => {
    const sample = app.overlay.sample(edgeKey(scope.graph, edge.to[0], edge.to[1]));
    return sample === null ? [] : [{ edge, sample }];
  });
  const [value] = samples
    .filter(({ sample }) => isBad(sample.value))
    .sort((a, b) => at(a.edge.from[0]) - at(b.edge.from[0]));
  const [gradient] = samples
    .filter(({ sample }) => isBad(sample.gradient))
    .sort((a, b) => at(b.edge.to[0]) - at(a.edge.to[0]));
  const statistics = value?.sample.value ?? gradient?.sample.gradient ?? null;
  const id = value?.edge.from[0] ?? gradient?.edge.to[0];
  if (id === undefined || statistics === null) return null;
  const node = graph.nodes[id];
  const maths = node === undefined ? null : mathsOf(app.library, app.history.document(), scope.graph, node);
  const input = graph.edges.find((edge) => edge.to[0] === id)?.to ?? null;
  const isSingular = node?.kind === "op" && singular.has(node.op);
  return {
    scope,
    node: id,
    name: nameIn(app, scope, graph, id),
    what: what(statistics),
    backward: value === undefined,
    rule: (value === undefined ? maths?.gradientFormula : maths?.formula) ?? null,
    isParameter: node?.kind === "call" && graph.members[node.member]?.type === "parameter",
    guard: isSingular ? input : null,
  };
}

function edgesOf(app: App, scope: Scope, graph: Graph, settings: OverlaySettings): readonly EdgeHealth[] {
  return graph.edges.flatMap((edge): EdgeHealth[] => {
    const view = viewOfEdge(app, scope.graph, edge, null, false);
    const gradient = view.statistics;
    if (gradient === null) return [];
    const name = (id: NodeId): string => nameIn(app, scope, graph, id);
    return [{ scope, edge, from: name(edge.from[0]), to: name(edge.to[0]), state: stateOf(view, settings), gradient }];
  });
}

/** Back from the loss, or from what comes out, by the input that is furthest on. */
function pathOf({ graph, order, edges }: Part, loss: NodeId | undefined): Health["path"] {
  const path: { name: string; rms: number }[] = [];
  const outputs = [...order.keys()].filter((id) => graph.nodes[id]?.kind === "output");
  let at =
    loss !== undefined && graph.nodes[loss] !== undefined ? loss : (outputs[0] ?? [...order.keys()].at(-1) ?? "");
  const seen = new Set<NodeId>();
  while (!seen.has(at)) {
    seen.add(at);
    const here = at;
    const [next] = edges
      .filter(({ edge }) => edge.to[0] === here)
      .sort((a, b) => (order.get(b.edge.from[0]) ?? 0) - (order.get(a.edge.from[0]) ?? 0));
    if (next === undefined) break;
    path.unshift({ name: `${next.from} → ${next.to}`, rms: next.gradient.rms });
    at = next.edge.from[0];
  }
  return path;
}

function zerosOf(app: App, { scope, graph }: Part): Health["zeros"] {
  const counted = new Set<NodeId>();
  const facts = app.analysis.getState().analysis.graphs.get(scope.graph);
  return graph.edges.flatMap(({ from, to }) => {
    const node = graph.nodes[from[0]];
    const sample = app.overlay.sample(edgeKey(scope.graph, to[0], to[1]));
    const isGate = (node?.kind === "op" && gates.has(node.op)) || node?.kind === "apply";
    const shape = facts?.outputs.get(from[0])?.[from[1]]?.type.shape;
    if (!isGate || sample === null || shape === undefined || counted.has(from[0])) return [];
    counted.add(from[0]);
    const count = shape.reduce((product, extent) => product * extent, 1) || 1;
    return [{ node: from[0], name: nameIn(app, scope, graph, from[0]), share: sample.value.zeros / count }];
  });
}

/** Health of the graphs on the canvas, open regions included, as last sampled; null before the first sample. */
export function healthOf(app: App): Health | null {
  if (app.overlay.step < 0) return null;
  const document = app.history.document();
  const settings = { ...app.overlay.settings(themeOf(app.settings.getState().theme)), mode: "magnitude" as const };
  const parts = openScopes(document, app.workspace.getState()).flatMap((scope): Part[] => {
    const graph = document.graphs[scope.graph];
    if (graph === undefined) return [];
    return [{ scope, graph, order: forwardOrder(graph), edges: edgesOf(app, scope, graph, settings) }];
  });
  const all = parts.flatMap(({ edges }) => edges);
  const worst = [...all].sort((a, b) => {
    const byState = rank[a.state] - rank[b.state];
    if (byState !== 0) return byState;
    // Among the exploding the largest come first, elsewhere the smallest.
    return a.state === "exploding" ? b.gradient.rms - a.gradient.rms : a.gradient.rms - b.gradient.rms;
  });
  const loss = document.training.loss?.[0];
  const [longest = []] = parts.map((part) => pathOf(part, loss)).sort((a, b) => b.length - a.length);
  const sizes = all.flatMap(({ gradient }) =>
    gradient.rms > 0 && Number.isFinite(gradient.rms) ? [gradient.rms] : [],
  );
  return {
    step: app.overlay.step,
    first: parts.map((part) => firstBad(app, part)).find((bad) => bad !== null) ?? null,
    worst: worst.slice(0, 10),
    edges: all.length,
    range: sizes.length === 0 ? null : [Math.min(...sizes), Math.max(...sizes)],
    path: longest,
    zeros: parts
      .flatMap((part) => zerosOf(app, part))
      .sort((a, b) => b.share - a.share)
      .slice(0, 10),
  };
}
