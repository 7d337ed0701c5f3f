/** @file A document's root graph as a small drawing: boxes and curves in pixels of the picture, by the edge rules. */
import { standardLibrary, type ChainruleDocument, type Graph, type NodeId } from "@chainrule/engine/analysis";
import { viewNode } from "../nodes/node-view";

export type BoxKind = "data" | "parameter" | "module" | "effect" | "loss" | "region" | "op";

export interface DrawnBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly kind: BoxKind;
}

/** plain in a graph without gradients · none where none flows · weak and strong by what the edge leaves. */
export type EdgeLook = "plain" | "none" | "weak" | "strong";

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly DrawnBox[];
  readonly edges: readonly { readonly path: string; readonly look: EdgeLook }[];
}

/** Against the size of a plain box. */
const proportions: Readonly<Record<BoxKind, readonly [number, number]>> = {
  data: [1.1, 1.15],
  parameter: [0.95, 0.8],
  module: [1.2, 1.2],
  effect: [1.15, 0.9],
  loss: [1.1, 1.15],
  region: [1.7, 1.5],
  op: [1, 1],
};

function kindOf(document: ChainruleDocument, graph: Graph, id: NodeId): BoxKind {
  const node = graph.nodes[id];
  if (document.training.loss?.[0] === id) return "loss";
  if (node?.kind === "call") {
    const type = graph.members[node.member]?.type;
    return type === "parameter" || type === "buffer" ? "parameter" : "module";
  }
  if (node?.kind === "effect") return "effect";
  if (node?.kind === "repeat" || node?.kind === "branch") return "region";
  if (node?.kind === "apply") return "module";
  return node?.kind === "op" && !graph.edges.some((edge) => edge.to[0] === id) ? "data" : "op";
}

const learns = (graph: Graph): boolean =>
  Object.values(graph.nodes).some((node) => node.kind === "effect" && node.effect.kind === "backward");

/** Nodes that gradients reach: below a member and above a loss. */
function learningNodes(document: ChainruleDocument, graph: Graph): ReadonlySet<NodeId> {
  if (!learns(graph)) return new Set();
  const spread = (seeds: readonly NodeId[], forward: boolean): Set<NodeId> => {
    const seen = new Set(seeds);
    const stack = [...seeds];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      for (const edge of graph.edges) {
        const [here, next] = forward ? [edge.from[0], edge.to[0]] : [edge.to[0], edge.from[0]];
        if (here !== id || seen.has(next)) continue;
        seen.add(next);
        stack.push(next);
      }
    }
    return seen;
  };
  const members = Object.keys(graph.nodes).filter((id) => graph.nodes[id]?.kind === "call");
  const down = spread(members, true);
  const up = spread(document.training.loss === null ? members : [document.training.loss[0]], false);
  return new Set([...down].filter((id) => up.has(id)));
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Largest box that leaves a gap to every neighbour, within what looks like a box. */
function boxSize(points: readonly Point[], width: number): readonly [number, number] {
  const most = width > 320 ? [32, 21] : [25, 16];
  let w = most[0] ?? 25;
  let h = most[1] ?? 16;
  for (const a of points) {
    for (const b of points) {
      const [dx, dy] = [Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
      if (a === b || (dx === 0 && dy === 0)) continue;
      // The pair is kept apart along the axis on which it is further apart, seen in boxes.
      if (dx / w >= dy / h) w = Math.min(w, Math.max(dx * 0.72, 9));
      else h = Math.min(h, Math.max(dy * 0.72, 6));
    }
  }
  return [w, Math.min(h, w * 0.7)];
}

/** Places spread over the whole picture; a graph far wider than high, or the other way, is not stretched without end. */
function spreadOut(
  document: ChainruleDocument,
  graph: Graph,
  width: number,
  height: number,
): ReadonlyMap<NodeId, Point> {
  // prettier-ignore
  const nodes = Object.entries(graph.nodes)
    .filter(([, node]) => node.kind !== "reroute")
    .map(([id, node]) => {
      // The middles: what stands beside something on the canvas does so here.
      const view = viewNode(document, document.root, id, node, standardLibrary);
      return [id, { x: node.position.x + view.width / 2, y: node.position.y + view.height / 2 }] as const;
    });
  const xs = nodes.map(([, { x }]) => x);
  const ys = nodes.map(([, { y }]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [spanX, spanY] = [Math.max(...xs) - left || 1, Math.max(...ys) - top || 1];
  const [padX, padY] = [width * 0.09 + 12, height * 0.11 + 9];
  const scaleX = Math.min((width - 2 * padX) / spanX, 0.42);
  const scaleY = Math.min((height - 2 * padY) / spanY, 0.36);
  const [restX, restY] = [(width - spanX * scaleX) / 2, (height - spanY * scaleY) / 2];
  return new Map(
    nodes.map(([id, { x, y }]) => [id, { x: restX + (x - left) * scaleX, y: restY + (y - top) * scaleY }]),
  );
}

function curve(from: Point, to: Point): string {
  const bend = Math.min(Math.max(Math.abs(to.x - from.x) / 2, 5), 40);
  const print = (value: number): string => value.toFixed(1);
  return `M${print(from.x)},${print(from.y)}C${print(from.x + bend)},${print(from.y)} ${print(to.x - bend)},${print(to.y)} ${print(to.x)},${print(to.y)}`;
}

/** The drawing, in a picture of that many pixels; null where there is nothing to draw. */
export function drawDocument(document: ChainruleDocument, width: number, height: number): Drawing | null {
  const graph = document.graphs[document.root];
  if (graph === undefined || Object.keys(graph.nodes).length === 0) return null;
  const places = spreadOut(document, graph, width, height);
  const [w, h] = boxSize([...places.values()], width);
  const boxes = new Map<NodeId, DrawnBox>();
  for (const [id, { x, y }] of places) {
    const kind = kindOf(document, graph, id);
    const [wide, tall] = proportions[kind];
    boxes.set(id, { x: x - (w * wide) / 2, y: y - (h * tall) / 2, width: w * wide, height: h * tall, kind });
  }
  const learning = learningNodes(document, graph);
  const sourceOf = (id: NodeId): NodeId => {
    const before = graph.nodes[id]?.kind === "reroute" ? graph.edges.find((edge) => edge.to[0] === id) : undefined;
    return before === undefined ? id : sourceOf(before.from[0]);
  };
  const edges = graph.edges.flatMap((edge) => {
    const source = sourceOf(edge.from[0]);
    const [from, to] = [boxes.get(source), boxes.get(edge.to[0])];
    if (from === undefined || to === undefined) return [];
    const flows = learning.has(source) && learning.has(edge.to[0]);
    const look = learning.size === 0 ? "plain" : !flows ? "none" : from.kind === "parameter" ? "strong" : "weak";
    const path = curve({ x: from.x + from.width, y: from.y + from.height / 2 }, { x: to.x, y: to.y + to.height / 2 });
    return [{ path, look: look as EdgeLook }];
  });
  return { width, height, boxes: [...boxes.values()], edges };
}
