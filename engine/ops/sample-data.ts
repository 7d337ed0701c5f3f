/** @file Turns a declared sample into host data: the same numbers in tests and in PyTorch's fixtures. */
import { isFloat, type DType } from "../ir/dtype";
import type { SampleTensor } from "../ir/op";
import { elementCount } from "../ir/shape";
import { tensorData, type TensorData } from "../ir/tensor";
import { uniforms } from "../random/uniforms";

/** Numbers in [0, 1) for samples, and for programs made of them; close seeds give numbers far apart. */
export function sampleUniforms(seed: number): () => number {
  return uniforms((seed * 0x9e3779b1) >>> 0);
}

/** The data of a sample tensor; `float` says what its float32 becomes (float64 for central differences). */
export function sampleData(tensor: SampleTensor, float: DType = "float32"): TensorData {
  const low = tensor.low ?? -1;
  const next = sampleUniforms(tensor.seed ?? 0);
  const draw = () => low + next() * ((tensor.high ?? 1) - low);
  const values =
    tensor.values ??
    Array.from({ length: elementCount(tensor.shape) }, () => (isFloat(tensor.dtype) ? draw() : Math.floor(draw())));
  const rounded = tensorData(tensor.dtype, tensor.shape, values);
  return tensor.dtype === "float32" && float === "float64" ? tensorData(float, tensor.shape, rounded.data) : rounded;
}
