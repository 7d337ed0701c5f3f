/** @file Which values share storage, as PyTorch's views do, and what writing to one of them makes of the other. */
import type { ViewMap } from "../ir/op";
import { refuse } from "../ir/refusal";
import { contiguousStrides, elementCount, sameShape, type Shape } from "../ir/shape";
import type { Value } from "../ir/value";
import { expand, ones, permute, reshape, slice, sliceBackward, where } from "../ops";
import { namedOperands } from "./record";

/** One view: how it reads, and the shapes before and after. "cut" is detach: the same elements, no gradient. */
export interface ViewStep {
  readonly map: ViewMap | { readonly kind: "cut" };
  readonly from: Shape;
  readonly to: Shape;
}

/** A value read through views of another, which holds the elements. */
export interface SharedStorage {
  readonly base: Value;
  /** From the base on. */
  readonly steps: readonly ViewStep[];
}

/** The value that this one shares the storage of, and how it reads that; null where it has its own. */
function viewedBy(value: Value): { readonly of: Value; readonly map: ViewStep["map"] | null } | null {
  const { definition } = value;
  if (definition.kind === "alias") return { of: definition.of, map: definition.cut ? { kind: "cut" } : null };
  if (definition.kind !== "op" || definition.op.signature.shares !== true) return null;
  const { op, operands, attributes } = definition;
  const { compute } = op.rules;
  const [of] = operands;
  if (!of) return null;
  if (compute.kind !== "view") return of.type.dtype === value.type.dtype ? { of, map: null } : null;
  const types = namedOperands(op, operands.map((operand) => operand && operand.type)); // prettier-ignore
  return { of, map: compute.view({ operands: types, attributes, out: value.type }) };
}

/** Follows a value through views down to what holds its elements, or to where `ends` holds. */
export function sharedStorage(value: Value, ends: (value: Value) => boolean = () => false): SharedStorage {
  const steps: ViewStep[] = [];
  let base = value;
  while (!ends(base)) {
    const viewed = viewedBy(base);
    if (!viewed) break;
    if (viewed.map) steps.unshift({ map: viewed.map, from: viewed.of.type.shape, to: base.type.shape });
    base = viewed.of;
  }
  return { base, steps };
}

/**
 * Strides after regrouping extents, or null where elements that are to lie in one dimension do not lie evenly, so that
 * PyTorch's reshape copies (computeStride in aten/src/ATen/TensorUtils.cpp).
 */
function regrouped(from: Shape, strides: readonly number[], to: Shape): readonly number[] | null {
  if (elementCount(from) === 0) return contiguousStrides(to);
  const result = new Array<number>(to.length);
  let at = to.length - 1;
  let chunkStride = strides.at(-1) ?? 1;
  let elements = 1;
  for (let dim = from.length - 1; dim >= 0; dim--) {
    elements *= from[dim] ?? 1;
    const ends = dim === 0 || (from[dim - 1] !== 1 && strides[dim - 1] !== elements * chunkStride);
    if (!ends) continue;
    let placed = 1;
    while (at >= 0 && (placed < elements || to[at] === 1)) {
      result[at] = placed * chunkStride;
      placed *= to[at] ?? 1;
      at--;
    }
    if (placed !== elements) return null;
    if (dim > 0) {
      chunkStride = strides[dim - 1] ?? 1;
      elements = 1;
    }
  }
  while (at >= 0) result[at--] = 1;
  return result;
}

/** The strides with which a step reads what lies at these; null where it copies. */
export function stridesAfter({ map, from, to }: ViewStep, strides: readonly number[]): readonly number[] | null {
  switch (map.kind) {
    case "cut":
    case "identity":
      return strides;
    case "permute":
      return map.order.map((dim) => strides[dim] ?? 1);
    case "slice":
      return strides.map((stride, dim) => (dim === map.dim ? stride * map.step : stride));
    case "expand": {
      const extra = to.length - from.length;
      return to.map((extent, dim) => (from[dim - extra] === extent ? (strides[dim - extra] ?? 0) : 0));
    }
    case "reshape":
      return regrouped(from, strides, to);
    case "pad":
      return null;
  }
}

function read({ map, to }: ViewStep, value: Value): Value {
  switch (map.kind) {
    // What is cut is so by whoever reads: the elements are the same.
    case "cut":
    case "identity":
    case "pad":
      return value;
    case "permute":
      return permute(value, { dims: map.order });
    case "reshape":
      return reshape(value, { shape: to });
    case "expand":
      return expand(value, { shape: to });
    case "slice": {
      const { dim, start, step } = map;
      const count = to[dim] ?? 0;
      return slice(value, { dim, start, stop: count === 0 ? start : start + (count - 1) * step + 1, step });
    }
  }
}

/** What the steps read of a base. Call with a recorder. */
export function readThrough(steps: readonly ViewStep[], base: Value): Value {
  return steps.reduce((value, step) => read(step, value), base);
}

function written({ map, from, to }: ViewStep, before: Value, value: Value): Value {
  switch (map.kind) {
    case "cut":
    case "identity":
    case "pad":
      return value;
    case "permute":
      return permute(value, { dims: map.order.map((_, axis) => map.order.indexOf(axis)) });
    case "reshape":
      return reshape(value, { shape: from });
    case "expand":
      if (elementCount(from) !== elementCount(to)) refuse("inPlace.expanded", { found: to, from });
      return reshape(value, { shape: from });
    case "slice": {
      if (sameShape(from, to)) return value;
      const place = { shape: from, dim: map.dim, start: map.start, step: map.step };
      const mask = sliceBackward(ones({ size: to, dtype: "bool" }), place);
      return where(mask, sliceBackward(value, place), before);
    }
  }
}

/** The base once `value` is written to what the steps read of it. Call with a recorder. Refuses repeated elements. */
export function writeThrough(steps: readonly ViewStep[], base: Value, value: Value): Value {
  const [step, ...others] = steps;
  if (!step) return value;
  return written(step, base, others.length === 0 ? value : writeThrough(others, read(step, base), value));
}
