/** @file Plans made by hand, for tests: slots by name, kernels as written. */
import type { Access, Kernel, LoopKernel, Plan, PlanBuffer } from "../compile/plan";
import type { DType } from "../ir/dtype";
import { contiguousStrides } from "../ir/shape";
import { tensorData } from "../ir/tensor";

let plans = 0;

/** A slot buffer. */
export function slot(name: string, count: number, dtype: DType = "float32"): PlanBuffer {
  return { dtype, count, place: { kind: "slot", slot: name } };
}

/** A scratch buffer. */
export function scratch(offset: number, count: number, dtype: DType = "float32"): PlanBuffer {
  return { dtype, count, place: { kind: "scratch", offset } };
}

/** A constant buffer. */
export function constants(values: readonly number[], dtype: DType = "float32"): PlanBuffer {
  const data = tensorData(dtype, [values.length], values);
  return { dtype, count: values.length, place: { kind: "data", hash: `${dtype}:${values.join()}`, data } };
}

/** A plan with a key of its own. */
export function makePlan(
  buffers: readonly PlanBuffer[],
  kernels: readonly Kernel[],
  options: { readonly ring?: readonly number[]; readonly scratchBytes?: number } = {},
): Plan {
  const { ring = [], scratchBytes = 0 } = options;
  return { key: `by hand ${plans++}`, buffers, kernels, ring, scratchBytes, slotBytes: 0, flops: 0 };
}

/** Row-major access over all axes. */
export function rowMajor(axes: readonly number[], offset = 0): Access {
  return { offset, strides: contiguousStrides(axes) };
}

/** A loop kernel; what is not given is empty. */
export function loop(parts: Partial<LoopKernel> & Pick<LoopKernel, "axes">): LoopKernel {
  return {
    kind: "loop",
    reduceAxes: [],
    body: [],
    stores: [],
    reductions: [],
    epilogue: [],
    epilogueStores: [],
    label: "by hand",
    ...parts,
  };
}
