/** @file The content of a tensor written out as nested lists: its shape, and its numbers in order. */
import type { NestedNumbers } from "./attribute";
import { refuse } from "./refusal";
import { printShape, sameShape } from "./shape";

/** The extents of nested lists; refuses lists of different lengths side by side. */
export function nestedShape(values: NestedNumbers, attribute: string): number[] {
  if (typeof values === "number") return [];
  const inner = values.map((item) => nestedShape(item, attribute));
  const first = inner[0] ?? [];
  const other = inner.find((shape) => !sameShape(shape, first));
  if (other) refuse("shape.ragged", { attribute, a: printShape(first), b: printShape(other) });
  return [values.length, ...first];
}

/** The numbers of nested lists, in row-major order. */
export function flatten(values: NestedNumbers): number[] {
  return typeof values === "number" ? [values] : values.flatMap(flatten);
}
