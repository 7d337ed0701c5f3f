/** @file A tensor thinned out for a screen: every stride-th index of each dimension. */
import { contiguousStrides, elementCount } from "../ir/shape";
import type { TensorData } from "../ir/tensor";

export interface Preview {
  readonly shape: readonly number[];
  /** Every how many indices one was taken, per dimension; all 1 when nothing was left out. */
  readonly strides: readonly number[];
  readonly data: Float64Array;
}

/** At most `limit` elements (at least one per dimension): the largest extents are thinned first, by doubling. */
export function preview(tensor: TensorData, limit: number): Preview {
  const strides = tensor.shape.map(() => 1);
  const shape = [...tensor.shape];
  while (elementCount(shape) > limit && shape.some((extent) => extent > 1)) {
    const widest = shape.indexOf(Math.max(...shape));
    strides[widest] = (strides[widest] ?? 1) * 2;
    shape[widest] = Math.ceil((tensor.shape[widest] ?? 1) / (strides[widest] ?? 1));
  }
  const steps = contiguousStrides(tensor.shape).map((s, axis) => s * (strides[axis] ?? 1));
  const data = new Float64Array(elementCount(shape));
  const index = shape.map(() => 0);
  let offset = 0;
  for (let i = 0; i < data.length; i++) {
    data[i] = tensor.data[offset] ?? NaN;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      offset += steps[axis] ?? 0;
      if ((index[axis] ?? 0) < (shape[axis] ?? 1)) break;
      offset -= (steps[axis] ?? 0) * (index[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return { shape, strides, data };
}
