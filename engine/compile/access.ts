/** @file Accesses under views: what reading through a permute, slice, pad, expand or reshape does to strides and guards. */
import type { ViewMap } from "../ir/op";
import { elementCount, type Shape } from "../ir/shape";
import { contiguousStrides } from "../ir/shape";
import type { Access, Guard } from "./plan";

/** "zero" where every point reads outside and so gives 0; null where strides and guards cannot say it. */
export type ViewedAccess = Access | "zero" | null;

/** The access of a row-major tensor read in full. */
export function contiguousAccess(shape: Shape): Access {
  return { offset: 0, strides: contiguousStrides(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride)) };
}

/** One spelling per meaning: no strides or guards on axes of one point, no guards that always hold. */
function canonical(offset: number, strides: readonly number[], guards: readonly Guard[], shape: Shape): ViewedAccess {
  let base = offset;
  const kept: Guard[] = [];
  const steps = [...strides];
  for (const guard of guards) {
    const extent = shape[guard.axis] ?? 1;
    const low = guard.low;
    const points = Math.ceil((Math.min(guard.high, extent) - low) / guard.step);
    if (points <= 0) return "zero";
    const step = points === 1 ? 1 : guard.step;
    const high = low + (points - 1) * guard.step + 1;
    const stride = steps[guard.axis] ?? 0;
    if (extent === 1) base += stride * ((0 - low) / guard.step);
    else if (low > 0 || high < extent || step !== 1) kept.push({ axis: guard.axis, low, high, step });
  }
  shape.forEach((extent, axis) => {
    if (extent === 1) steps[axis] = 0;
  });
  kept.sort((a, b) => a.axis - b.axis);
  return kept.length > 0 ? { offset: base, strides: steps, guards: kept } : { offset: base, strides: steps };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function slice(access: Access, to: Shape, dim: number, start: number, step: number): ViewedAccess {
  const strides = [...access.strides];
  const stride = strides[dim] ?? 0;
  const guards = access.guards ?? [];
  const guard = guards.find((g) => g.axis === dim);
  if (!guard) {
    strides[dim] = stride * step;
    return canonical(access.offset + stride * start, strides, guards, to);
  }
  if (step < 1) return null;
  // The points start + step·c that lie on low + guard.step·t: again an arithmetic progression, or none.
  const divisor = greatestDivisor(step, guard.step);
  const stride2 = guard.step / divisor;
  const from = Math.max(0, Math.ceil((guard.low - start) / step));
  let low = -1;
  for (let c = from; c < from + stride2; c++) {
    if ((start + step * c - guard.low) % guard.step === 0) {
      low = c;
      break;
    }
  }
  if (low < 0) return "zero";
  const high = Math.ceil((guard.high - start) / step);
  strides[dim] = (stride * step) / divisor;
  const offset = access.offset + stride * ((start + step * low - guard.low) / guard.step);
  const rest = guards.filter((g) => g.axis !== dim);
  return canonical(offset, strides, [...rest, { axis: dim, low, high, step: stride2 }], to);
}

function pad(access: Access, from: Shape, to: Shape, dim: number, start: number, step: number): ViewedAccess {
  const extent = from[dim] ?? 1;
  if (extent === 0) return "zero";
  const guards = access.guards ?? [];
  const inner = guards.find((g) => g.axis === dim) ?? { axis: dim, low: 0, high: extent, step: 1 };
  const guard: Guard = {
    axis: dim,
    low: start + step * inner.low,
    high: start + step * (inner.high - 1) + 1,
    step: step * inner.step,
  };
  return canonical(access.offset, access.strides, [...guards.filter((g) => g.axis !== dim), guard], to);
}

function expand(access: Access, from: Shape, to: Shape): ViewedAccess {
  const lead = to.length - from.length;
  const strides = to.map((_, axis) => (axis < lead ? 0 : (access.strides[axis - lead] ?? 0)));
  const guards = (access.guards ?? []).map((g) => ({ ...g, axis: g.axis + lead }));
  return canonical(access.offset, strides, guards, to);
}

/** Matches runs of axes of equal element counts; a run is merged and split again, or passed on as it is. */
function reshape(access: Access, from: Shape, to: Shape): ViewedAccess {
  const inputs = from.flatMap((extent, axis) => (extent === 1 ? [] : [axis]));
  const outputs = to.flatMap((extent, axis) => (extent === 1 ? [] : [axis]));
  const strides = new Array<number>(to.length).fill(0);
  const guards: Guard[] = [];
  let i = 0;
  let j = 0;
  while (i < inputs.length && j < outputs.length) {
    const run = [inputs[i++] ?? 0];
    const into = [outputs[j++] ?? 0];
    let size = from[run[0] ?? 0] ?? 1;
    let filled = to[into[0] ?? 0] ?? 1;
    while (size !== filled) {
      if (size < filled) {
        const axis = inputs[i++];
        if (axis === undefined) return null;
        run.push(axis);
        size *= from[axis] ?? 1;
      } else {
        const axis = outputs[j++];
        if (axis === undefined) return null;
        into.push(axis);
        filled *= to[axis] ?? 1;
      }
    }
    const single = run.length === 1 && into.length === 1;
    for (const axis of run) {
      const guard = access.guards?.find((g) => g.axis === axis);
      if (guard && !single) return null;
      if (guard) guards.push({ ...guard, axis: into[0] ?? 0 });
    }
    for (let r = 1; r < run.length; r++) {
      const outer = access.strides[run[r - 1] ?? 0] ?? 0;
      const inner = access.strides[run[r] ?? 0] ?? 0;
      if (outer !== inner * (from[run[r] ?? 0] ?? 1)) return null;
    }
    let stride = access.strides[run[run.length - 1] ?? 0] ?? 0;
    for (let r = into.length - 1; r >= 0; r--) {
      const axis = into[r] ?? 0;
      strides[axis] = stride;
      stride *= to[axis] ?? 1;
    }
  }
  return canonical(access.offset, strides, guards, to);
}

/** The access that reads through a view: `access` is over `from`, the result over `to`. */
export function viewAccess(access: Access, view: ViewMap, from: Shape, to: Shape): ViewedAccess {
  if (elementCount(to) === 0) return "zero";
  switch (view.kind) {
    case "identity":
      return access;
    case "permute": {
      const strides = view.order.map((axis) => access.strides[axis] ?? 0);
      const guards = (access.guards ?? []).map((g) => ({ ...g, axis: view.order.indexOf(g.axis) }));
      return canonical(access.offset, strides, guards, to);
    }
    case "expand":
      return expand(access, from, to);
    case "slice":
      return slice(access, to, view.dim, view.start, view.step);
    case "pad":
      return pad(access, from, to, view.dim, view.start, view.step);
    case "reshape":
      return reshape(access, from, to);
  }
}

const keys = new WeakMap<Access, string>();

/** Text that two accesses share exactly when they read the same elements. */
export function accessKey(access: Access): string {
  const known = keys.get(access);
  if (known !== undefined) return known;
  const key = makeKey(access);
  keys.set(access, key);
  return key;
}

function makeKey(access: Access): string {
  const guards = access.guards?.map((g) => `${g.axis}:${g.low}:${g.high}:${g.step}`).join(" ") ?? "";
  return `${access.offset}|${access.strides.join(",")}|${guards}`;
}
