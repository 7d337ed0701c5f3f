/** @file Where the edges of a graph run: from port to port by the nodes' own sizes, without measuring the page. */
import type { Edge } from "@chainrule/engine/analysis";
import { distanceToEdge, type Point } from "../overlay/edge-geometry";
import type { CanvasNode } from "./derive-nodes";
import type { Scope } from "./scopes";

export interface PlacedEdge {
  /** The graph drawn here that it belongs to. */
  readonly scope: Scope;
  readonly edge: Edge;
  readonly from: Point;
  readonly to: Point;
}

function portPlace(node: CanvasNode, name: string, side: "input" | "output"): Point {
  const { view } = node.data;
  const port = view.ports.find((candidate) => candidate.name === name && candidate.side === side);
  return {
    x: node.position.x + (side === "input" ? 0 : view.width),
    y: node.position.y + (port?.y ?? view.height / 2),
  };
}

/** A scope's edges with both ends on the canvas. */
export function placeEdges(
  edges: readonly Edge[],
  nodes: ReadonlyMap<string, CanvasNode>,
  scope: Scope,
): readonly PlacedEdge[] {
  return edges.flatMap((edge) => {
    const from = nodes.get(edge.from[0]);
    const to = nodes.get(edge.to[0]);
    if (from === undefined || to === undefined) return [];
    return [{ scope, edge, from: portPlace(from, edge.from[1], "output"), to: portPlace(to, edge.to[1], "input") }];
  });
}

/** Position of the edge nearest to a place within a distance, canvas pixels; −1 where there is none. */
export function nearestEdge(placed: readonly PlacedEdge[], place: Point, within: number): number {
  let best = -1;
  let nearest = within;
  placed.forEach(({ from, to }, i) => {
    const distance = distanceToEdge(from, to, place, within);
    if (distance < nearest) {
      nearest = distance;
      best = i;
    }
  });
  return best;
}
