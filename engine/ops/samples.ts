/** @file Short spellings of samples, and the operand shapes that most pointwise ops are tested with. */
import type { DType } from "../ir/dtype";
import type { Sample, SampleTensor } from "../ir/op";
import { elementCount } from "../ir/shape";

/** A tensor of these values; a scalar is written as one number. */
export function given(values: readonly number[], shape?: readonly number[], dtype: DType = "float32"): SampleTensor {
  return { shape: shape ?? [values.length], dtype, values };
}

/** A tensor drawn evenly from [low, high) with a fixed seed. */
export function drawn(shape: readonly number[], low = -2, high = 2, seed = 1, dtype: DType = "float32"): SampleTensor {
  return { shape, dtype, low, high, seed };
}

/** One sample with these operands, in order. */
export function sample(operands: Sample["operands"], attributes?: Sample["attributes"]): Sample {
  return attributes === undefined ? { operands } : { operands, attributes };
}

/** A sample at a kink or a bound: PyTorch's gradient applies, central differences do not. */
export function kink(operands: Sample["operands"], attributes?: Sample["attributes"]): Sample {
  return { ...sample(operands, attributes), smooth: false };
}

/** A vector, a scalar, an empty and a larger tensor of [low, high), and an integer tensor. */
export function unarySamples(low: number, high: number, edges: readonly number[] = []): readonly Sample[] {
  const samples = [
    sample([drawn([2, 3], low, high)]),
    sample([drawn([], low, high, 2)]),
    sample([drawn([0, 2], low, high)]),
    sample([drawn([5, 7], low, high, 3)]),
    sample([{ ...drawn([4], low, high, 4), dtype: "float64" }]),
  ];
  return edges.length === 0 ? samples : [...samples, kink([given(edges)])];
}

/** Equal shapes, broadcasting both ways, numbers, a scalar tensor, empty, and mixed dtypes. */
export function binarySamples(low = -2, high = 2): readonly Sample[] {
  const a = (shape: readonly number[]) => drawn(shape, low, high, 5);
  const b = (shape: readonly number[], dtype: DType = "float32") => drawn(shape, low, high, 6, dtype);
  const integers = (shape: readonly number[]) => {
    const span = Math.max(1, Math.floor(high - low));
    const values = Array.from({ length: elementCount(shape) }, (_, i) => Math.ceil(low) + ((i * 3) % span));
    return given(values, shape, "int64");
  };
  return [
    sample([a([2, 3]), b([2, 3])]),
    sample([a([3, 1]), b([1, 4])]),
    sample([a([2, 1, 3]), b([4, 1])]),
    sample([a([3]), high]),
    sample([high / 2, b([3])]),
    sample([a([2, 2]), b([])]),
    sample([a([0, 3]), b([3])]),
    sample([a([3]), b([2, 3], "float64")]),
    sample([integers([3]), b([3])]),
    sample([integers([4]), 0.5]),
    sample([b([2], "float64"), 0.1]),
  ];
}
