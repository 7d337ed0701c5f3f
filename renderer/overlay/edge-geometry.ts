/** @file The curve of an edge: a cubic with horizontal ends, sampled once into points with their distance along it. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Points per edge. */
export const pointsPerEdge = 28;
/** Edges side by side in a row of the points texture. */
export const edgesPerRow = 128;
/** Numbers per point: x, y, distance from the source along the curve, and the whole length; canvas pixels. */
export const numbersPerPoint = 4;

/** How far the control points lie from their ends: half the horizontal distance, 18 to 110 px (look.md, Edges). */
export function controlOffset(from: Point, to: Point): number {
  return Math.min(Math.max(Math.abs(to.x - from.x) / 2, 18), 110);
}

/** The point at t, 0 at the source and 1 at the target. */
export function pointOnEdge(from: Point, to: Point, t: number): Point {
  const c = controlOffset(from, to);
  const u = 1 - t;
  const [a, b, d, e] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return {
    x: a * from.x + b * (from.x + c) + d * (to.x - c) + e * to.x,
    y: a * from.y + b * from.y + d * to.y + e * to.y,
  };
}

/** Writes the sampled curve of one edge into `out` at its place. */
export function sampleEdge(out: Float32Array, edge: number, from: Point, to: Point): void {
  const base = edge * pointsPerEdge * numbersPerPoint;
  let length = 0;
  let last = from;
  for (let i = 0; i < pointsPerEdge; i++) {
    const point = pointOnEdge(from, to, i / (pointsPerEdge - 1));
    length += Math.hypot(point.x - last.x, point.y - last.y);
    last = point;
    out[base + i * numbersPerPoint] = point.x;
    out[base + i * numbersPerPoint + 1] = point.y;
    out[base + i * numbersPerPoint + 2] = length;
  }
  for (let i = 0; i < pointsPerEdge; i++) out[base + i * numbersPerPoint + 3] = length;
}

/** The SVG path of the same curve. */
export function edgePath(from: Point, to: Point): string {
  const c = controlOffset(from, to);
  return `M${from.x},${from.y} C${from.x + c},${from.y} ${to.x - c},${to.y} ${to.x},${to.y}`;
}

/** Distance in canvas pixels from a place to the curve, for hovering; Infinity when its box is farther than `within`. */
export function distanceToEdge(from: Point, to: Point, place: Point, within: number): number {
  const c = controlOffset(from, to);
  const left = Math.min(from.x, to.x - c) - within;
  const right = Math.max(from.x + c, to.x) + within;
  if (place.x < left || place.x > right) return Infinity;
  if (place.y < Math.min(from.y, to.y) - within || place.y > Math.max(from.y, to.y) + within) return Infinity;
  let best = Infinity;
  let last = from;
  for (let i = 1; i < pointsPerEdge; i++) {
    const next = pointOnEdge(from, to, i / (pointsPerEdge - 1));
    const [dx, dy] = [next.x - last.x, next.y - last.y];
    const along = ((place.x - last.x) * dx + (place.y - last.y) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.min(Math.max(along, 0), 1);
    best = Math.min(best, Math.hypot(place.x - last.x - t * dx, place.y - last.y - t * dy));
    last = next;
  }
  return best;
}

/** Whether the straight line from a to b crosses the curve; canvas pixels. */
export function crossesEdge(from: Point, to: Point, a: Point, b: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  let last = from;
  for (let i = 1; i < pointsPerEdge; i++) {
    const next = pointOnEdge(from, to, i / (pointsPerEdge - 1));
    const isApart = side(last, next, a) * side(last, next, b) > 0 || side(a, b, last) * side(a, b, next) > 0;
    if (!isApart) return true;
    last = next;
  }
  return false;
}
