/** @file Shapes: element counts, strides, broadcasting and dimension arguments, as PyTorch has them. */
import { refuse } from "./refusal";

/** Extents, outermost first; [] is a scalar. */
export type Shape = readonly number[];

/** The number of elements of a shape (1 for a scalar). */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The most elements one tensor may have: every index into it fits in 32 bits on every backend. */
const elementLimit = 2 ** 31 - 1;

/** The most dimensions of a tensor, as in PyTorch's iterators. */
const rankLimit = 64;

/** Refuses a shape of more dimensions, or of more elements than a backend can index. */
export function checkSize(shape: Shape): void {
  if (shape.length > rankLimit) refuse("tensor.rank", { rank: shape.length, limit: rankLimit });
  const count = elementCount(shape);
  if (!(count <= elementLimit)) refuse("tensor.size", { shape, count, limit: elementLimit });
}

/** Strides in elements of a contiguous row-major tensor. */
export function contiguousStrides(shape: Shape): number[] {
  const strides: number[] = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

/** True when both have the same rank and extents. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** "[64, 3]"; a scalar is "[]". */
export function printShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The shape all broadcast to (PyTorch's rule, aligned at the last axis), or null when two extents disagree. */
export function broadcastShapes(shapes: readonly Shape[]): number[] | null {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i;
      const extent = shape[i] ?? 1;
      if (extent === 1) continue;
      if (result[axis] !== 1 && result[axis] !== extent) return null;
      result[axis] = extent;
    }
  }
  return result;
}

/** A dimension argument made non-negative; refuses one outside −rank … rank−1 (a scalar takes −1 and 0). */
export function normalizeDim(dim: number, rank: number): number {
  const range = Math.max(rank, 1);
  if (!Number.isInteger(dim) || dim < -range || dim >= range) {
    refuse("dim.range", { dim, rank, low: -range, high: range - 1 });
  }
  return dim < 0 ? dim + range : dim;
}

/** Dimension arguments made non-negative and ascending, null meaning all; refuses one out of range or named twice. */
export function normalizeDims(dims: readonly number[] | null, rank: number): number[] {
  if (dims === null) return Array.from({ length: rank }, (_, axis) => axis);
  const result = dims.map((dim) => normalizeDim(dim, rank)).sort((a, b) => a - b);
  result.forEach((dim, i) => {
    if (dim === result[i - 1]) refuse("dim.twice", { dim });
  });
  return rank === 0 ? [] : result;
}
