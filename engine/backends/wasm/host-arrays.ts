/** @file Moves tensors between host arrays and the device's memory, where int64 and bool take 32 bits. */
import type { DType } from "../../ir/dtype";
import { allocateHost, type TypedArray } from "../../ir/tensor";
import { DeviceError } from "../backend";

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

/** Refuses an int64 past the 32 bits it is held in. */
export function requireWord(dtype: DType, value: number, where: string): void {
  if (dtype !== "int64" || (value | 0) === value) return;
  throw new DeviceError(
    "unsupported",
    `wasm: ${where} holds ${value}, expected integers within ±2147483647. Run it on reference.`,
  );
}

/** As requireWord, of every element. */
export function requireWords(dtype: DType, data: TypedArray, where: string): void {
  if (dtype === "int64") for (const value of data) requireWord(dtype, value, where);
}

/** Copies host data in, whose int64 fit in 32 bits. */
export function copyIn(memory: WebAssembly.Memory, address: number, dtype: DType, data: TypedArray): void {
  deviceView(memory, address, dtype, data.length).set(data);
}

/** Copies `count` elements out into a fresh host array of the dtype. */
export function copyOut(memory: WebAssembly.Memory, address: number, dtype: DType, count: number): TypedArray {
  const host = allocateHost(dtype, count);
  host.set(deviceView(memory, address, dtype, count));
  return host;
}
