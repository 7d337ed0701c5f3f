/** @file Turns a declared sample into host data: the same numbers in tests and in PyTorch's fixtures. */
import { isFloat, type DType } from "../ir/dtype";
import type { SampleTensor } from "../ir/op";
import { elementCount } from "../ir/shape";
import { tensorData, type TensorData } from "../ir/tensor";

/** mulberry32: a small generator with a good spread; samples, and programs made of them, are drawn from it. */
export function uniforms(seed: number): () => number {
  let state = (seed * 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The data of a sample tensor; `float` says what its float32 becomes (float64 for central differences). */
export function sampleData(tensor: SampleTensor, float: DType = "float32"): TensorData {
  const low = tensor.low ?? -1;
  const next = uniforms(tensor.seed ?? 0);
  const draw = () => low + next() * ((tensor.high ?? 1) - low);
  const values =
    tensor.values ??
    Array.from({ length: elementCount(tensor.shape) }, () => (isFloat(tensor.dtype) ? draw() : Math.floor(draw())));
  const rounded = tensorData(tensor.dtype, tensor.shape, values);
  return tensor.dtype === "float32" && float === "float64" ? tensorData(float, tensor.shape, rounded.data) : rounded;
}
