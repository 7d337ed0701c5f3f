/** @file Host arrays as words of the arena and back. */
import type { DType } from "../../ir/dtype";
import { allocateHost, type TypedArray } from "../../ir/tensor";
import { DeviceError } from "../backend";

/** The words of an array: the array itself where it has them already. An int64 past 32 bits is refused. */
export function toWords(data: TypedArray, dtype: DType, where: string): Float32Array | Int32Array | Uint32Array {
  if (data instanceof Float32Array || data instanceof Int32Array) return data;
  if (dtype === "bool") return Uint32Array.from(data, (value) => (value === 0 ? 0 : 1));
  const words = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? 0;
    words[i] = value;
    if (words[i] !== value) {
      throw new DeviceError(
        "unsupported",
        `webgpu: ${where} holds ${value}, expected integers within ±2147483647. Run it on reference.`,
      );
    }
  }
  return words;
}

/** The array of a dtype from its words. */
export function fromWords(words: ArrayBuffer, dtype: DType): TypedArray {
  if (dtype === "float32") return new Float32Array(words);
  if (dtype === "int32") return new Int32Array(words);
  const integers = new Int32Array(words);
  const result = allocateHost(dtype, integers.length);
  result.set(integers);
  return result;
}

/** One word as a number. */
export function wordValue(words: DataView, index: number, dtype: DType): number {
  return dtype === "float32" ? words.getFloat32(index * 4, true) : words.getInt32(index * 4, true);
}
