/** @file Lanes: a kernel node evaluated for a run of neighbouring points at once, in float64, rounded to its dtype. */
import type { Access, KernelNode } from "../../compile/plan";
import { isFloat, type DType } from "../../ir/dtype";
import { convertTo, roundTo, type TypedArray } from "../../ir/tensor";
import type { ScalarClosure } from "../../scalar/closures";
import { closureFor } from "../../scalar/integer-closures";

/** Points evaluated together. */
export const laneCount = 512;

/** Where a run of points lies: the coordinates of its first point, and the axis along which `count` of them follow. */
export interface Run {
  readonly at: Int32Array;
  readonly axis: number;
  count: number;
}

export type NodeStep = (run: Run) => void;

/** The element of each lane, or −1 where a guard fails. Returns true when they are first, first + stride, … */
export function locate(access: Access, run: Run, into: Int32Array): boolean {
  let base = access.offset;
  const { strides, guards } = access;
  if (!guards) {
    for (let axis = 0; axis < strides.length; axis++) base += (strides[axis] ?? 0) * (run.at[axis] ?? 0);
    into[0] = base;
    return true;
  }
  for (let lane = 0; lane < run.count; lane++) {
    let element = access.offset;
    let inside = true;
    for (let axis = 0; axis < strides.length; axis++) {
      let coordinate = (run.at[axis] ?? 0) + (axis === run.axis ? lane : 0);
      const guard = guards.find((g) => g.axis === axis);
      if (guard) {
        const { low, high, step } = guard;
        if (coordinate < low || coordinate >= high || (coordinate - low) % step !== 0) inside = false;
        coordinate = (coordinate - low) / step;
      }
      element += (strides[axis] ?? 0) * coordinate;
    }
    into[lane] = inside ? element : -1;
  }
  return false;
}

function prepareLoad(access: Access, data: TypedArray, out: Float64Array): NodeStep {
  const places = new Int32Array(laneCount);
  return (run) => {
    const { count } = run;
    if (!locate(access, run, places)) {
      for (let lane = 0; lane < count; lane++) {
        const place = places[lane] ?? -1;
        out[lane] = place < 0 ? 0 : (data[place] ?? NaN);
      }
      return;
    }
    const first = places[0] ?? 0;
    const stride = access.strides[run.axis] ?? 0;
    if (stride === 0) out.fill(data[first] ?? NaN, 0, count);
    else for (let lane = 0, place = first; lane < count; lane++, place += stride) out[lane] = data[place] ?? NaN;
  };
}

function prepareCoordinate(axis: number, out: Float64Array): NodeStep {
  return (run) => {
    const first = run.at[axis] ?? 0;
    const step = axis === run.axis ? 1 : 0;
    for (let lane = 0; lane < run.count; lane++) out[lane] = first + lane * step;
  };
}

/** The commonest functions as loops of their own; the others call their closure. */
function prepareArithmetic(fn: string, x: Float64Array, y: Float64Array, out: Float64Array): NodeStep | null {
  switch (fn) {
    case "add":
      return ({ count }) => {
        for (let i = 0; i < count; i++) out[i] = (x[i] ?? 0) + (y[i] ?? 0);
      };
    case "sub":
      return ({ count }) => {
        for (let i = 0; i < count; i++) out[i] = (x[i] ?? 0) - (y[i] ?? 0);
      };
    case "mul":
      return ({ count }) => {
        for (let i = 0; i < count; i++) out[i] = (x[i] ?? 0) * (y[i] ?? 0);
      };
    case "div":
      return ({ count }) => {
        for (let i = 0; i < count; i++) out[i] = (x[i] ?? 0) / (y[i] ?? 0);
      };
  }
  return null;
}

function prepareClosure(closure: ScalarClosure, args: readonly Float64Array[], out: Float64Array): NodeStep {
  const [x, y, z] = args;
  if (x && !y) {
    return ({ count }) => {
      for (let i = 0; i < count; i++) out[i] = closure(x[i] ?? 0);
    };
  }
  if (x && y && !z) {
    return ({ count }) => {
      for (let i = 0; i < count; i++) out[i] = closure(x[i] ?? 0, y[i] ?? 0);
    };
  }
  return ({ count }) => {
    for (let i = 0; i < count; i++) out[i] = closure(...args.map((a) => a[i] ?? 0));
  };
}

function prepareRounding(dtype: DType, out: Float64Array, round: typeof roundTo): NodeStep | null {
  if (dtype === "float64") return null;
  if (dtype === "float32") {
    return ({ count }) => {
      for (let i = 0; i < count; i++) out[i] = Math.fround(out[i] ?? 0);
    };
  }
  return ({ count }) => {
    for (let i = 0; i < count; i++) out[i] = round(dtype, out[i] ?? 0);
  };
}

/** Node lists as registers and the steps that fill them, in order. */
export interface Lanes {
  readonly registers: readonly Float64Array[];
  readonly steps: readonly NodeStep[];
}

/** Prepares a node list. `folded` are the finished reductions of the lanes, for an epilogue. */
export function prepareLanes(
  nodes: readonly KernelNode[],
  arrays: readonly TypedArray[],
  folded: readonly Float64Array[],
): Lanes {
  const registers: Float64Array[] = [];
  const steps: NodeStep[] = [];
  for (const node of nodes) {
    const reused = node.kind === "reduction" ? folded[node.index] : undefined;
    const out = reused ?? new Float64Array(laneCount);
    registers.push(out);
    switch (node.kind) {
      case "load": {
        const data = arrays[node.buffer];
        if (data) steps.push(prepareLoad(node.access, data, out));
        break;
      }
      case "constant":
        out.fill(node.value);
        break;
      case "coordinate":
        steps.push(prepareCoordinate(node.axis, out));
        break;
      case "call": {
        const args = node.args.flatMap((position) => registers[position] ?? []);
        const [x, y] = args;
        const fast = x && y && isFloat(node.dtype) ? prepareArithmetic(node.fn, x, y, out) : null;
        steps.push(fast ?? prepareClosure(closureFor(node.fn, node.dtype), args, out));
        const source = nodes[node.args[0] ?? -1];
        const converts = node.fn === "convert" && source !== undefined && isFloat(source.dtype);
        const rounding = prepareRounding(node.dtype, out, converts ? convertTo : roundTo);
        if (rounding) steps.push(rounding);
        break;
      }
      case "reduction":
        break;
    }
  }
  return { registers, steps };
}

/** Writes a register's lanes to where an access says. */
export function prepareStore(access: Access, data: TypedArray, from: Float64Array): NodeStep {
  const places = new Int32Array(laneCount);
  return (run) => {
    if (!locate(access, run, places)) {
      for (let lane = 0; lane < run.count; lane++) {
        const place = places[lane] ?? -1;
        if (place >= 0) data[place] = from[lane] ?? NaN;
      }
      return;
    }
    const stride = access.strides[run.axis] ?? 0;
    for (let lane = 0, place = places[0] ?? 0; lane < run.count; lane++, place += stride)
      data[place] = from[lane] ?? NaN;
  };
}
