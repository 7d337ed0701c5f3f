/** @file Where words on edges stand: on the curve, where they cover neither a node nor other words. */
import { pointOnEdge, type Point } from "../overlay/edge-geometry";
import type { Box } from "./layout-faults";
import type { PlacedEdge } from "./edge-places";

/** A label's size in canvas pixels. */
export interface LabelSize {
  readonly width: number;
  readonly height: number;
}

/** The middle first, then ever nearer to the ends. */
const tries = [0.5, 0.38, 0.62, 0.26, 0.74] as const;
const above = 3;

function cover(a: Omit<Box, "id">, b: Omit<Box, "id">): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Places for labels over edges, each the point on the curve that it stands above; null where there is no room. */
export function placeLabels(
  edges: readonly PlacedEdge[],
  sizes: readonly (LabelSize | null)[],
  boxes: readonly Omit<Box, "id">[],
): readonly (Point | null)[] {
  const taken: Omit<Box, "id">[] = [...boxes];
  return edges.map(({ from, to }, i) => {
    const size = sizes[i];
    if (size === undefined || size === null) return null;
    for (const t of tries) {
      const point = pointOnEdge(from, to, t);
      const box = { x: point.x - size.width / 2, y: point.y - above - size.height, ...size };
      if (taken.some((other) => cover(box, other))) continue;
      taken.push(box);
      return point;
    }
    return null;
  });
}
