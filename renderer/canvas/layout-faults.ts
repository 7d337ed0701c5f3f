/** @file What is wrong with a layout: nodes too near each other, and edges that run under a node that is not their own. */
import { controlOffset, pointOnEdge, type Point } from "../overlay/edge-geometry";

export interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Curve {
  readonly from: Point;
  readonly to: Point;
  /** The nodes it may touch. */
  readonly ends: readonly [source: string, target: string];
}

export type Fault =
  | { readonly kind: "near"; readonly nodes: readonly [string, string] }
  | { readonly kind: "under"; readonly curve: Curve; readonly node: string };

/** Between neighbours, canvas pixels: beside one another there must be room for two ports and the bend of an edge. */
export const nearest = { beside: 20, below: 8 } as const;
/** Half of a wide band with its casing. */
const clearance = 5;
/** Canvas pixels between two samples of a curve. */
const sampleEvery = 5;

/** A reroute dot covers nothing and has no ports that stick out: it only must not lie on a node. */
const isDot = (box: Box): boolean => box.width <= 8;

/** Whether two boxes are nearer than they may be. */
export function areNear(a: Box, b: Box): boolean {
  if (isDot(a) && isDot(b)) return false;
  const apart = isDot(a) || isDot(b) ? { beside: 0, below: 0 } : nearest;
  return (
    a.x < b.x + b.width + apart.beside &&
    b.x < a.x + a.width + apart.beside &&
    a.y < b.y + b.height + apart.below &&
    b.y < a.y + a.height + apart.below
  );
}

/** Whether a curve runs under a box, or so near that its band would. */
export function runsUnder({ from, to }: Curve, box: Box): boolean {
  const [left, right] = [box.x - clearance, box.x + box.width + clearance];
  const [top, bottom] = [box.y - clearance, box.y + box.height + clearance];
  if (Math.min(from.y, to.y) > bottom || Math.max(from.y, to.y) < top) return false;
  const bend = controlOffset(from, to);
  if (Math.min(from.x, to.x - bend) > right || Math.max(from.x + bend, to.x) < left) return false;
  const steps = Math.max(8, Math.ceil((Math.abs(to.x - from.x) + Math.abs(to.y - from.y) + bend) / sampleEvery));
  for (let i = 0; i <= steps; i++) {
    const { x, y } = pointOnEdge(from, to, i / steps);
    if (x > left && x < right && y > top && y < bottom) return true;
  }
  return false;
}

/** Every fault of one graph's nodes and edges. */
export function layoutFaults(boxes: readonly Box[], curves: readonly Curve[]): readonly Fault[] {
  const faults: Fault[] = [];
  const sorted = [...boxes].sort((a, b) => a.x - b.x);
  sorted.forEach((a, i) => {
    for (let j = i + 1; j < sorted.length; j++) {
      const b = sorted[j];
      if (b === undefined || b.x >= a.x + a.width + nearest.beside) break;
      if (areNear(a, b)) faults.push({ kind: "near", nodes: [a.id, b.id] });
    }
  });
  for (const curve of curves)
    for (const box of boxes)
      if (!isDot(box) && !curve.ends.includes(box.id) && runsUnder(curve, box))
        faults.push({ kind: "under", curve, node: box.id });
  return faults;
}
