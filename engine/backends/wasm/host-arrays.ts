/** @file Moves tensors between host arrays and the device's memory, where int64 and bool take 32 bits. */
import type { DType } from "../../ir/dtype";
import { allocateHost, type TypedArray } from "../../ir/tensor";

function deviceView(
  memory: WebAssembly.Memory,
  address: number,
  dtype: DType,
  count: number,
): Float32Array | Float64Array | Int32Array {
  switch (dtype) {
    case "float32":
      return new Float32Array(memory.buffer, address, count);
    case "float64":
      return new Float64Array(memory.buffer, address, count);
    case "int32":
    case "int64":
    case "bool":
      return new Int32Array(memory.buffer, address, count);
  }
}

/** Copies host data in; int64 beyond 32 bits wraps. */
export function copyIn(memory: WebAssembly.Memory, address: number, dtype: DType, data: TypedArray): void {
  deviceView(memory, address, dtype, data.length).set(data);
}

/** Copies `count` elements out into a fresh host array of the dtype. */
export function copyOut(memory: WebAssembly.Memory, address: number, dtype: DType, count: number): TypedArray {
  const host = allocateHost(dtype, count);
  host.set(deviceView(memory, address, dtype, count));
  return host;
}
