/** @file Tensors at rest: a type, and host data of that type. */
import type { DType } from "./dtype";
import { elementCount, type Shape } from "./shape";

/** What is known of a value before it is computed. `weak` marks a plain number, which does not raise a tensor's dtype. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly weak?: boolean;
}

export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Host data, row-major. int64 is held as integers in a Float64Array (exact to 2^53), bool as 0 and 1 in a Uint8Array. */
export interface TensorData {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** A zeroed array fit for `count` elements of a dtype. */
export function allocateHost(dtype: DType, count: number): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(count);
    case "float64":
    case "int64":
      return new Float64Array(count);
    case "int32":
      return new Int32Array(count);
    case "bool":
      return new Uint8Array(count);
  }
}

const int64Bound = 2 ** 63;

/** The result of integer arithmetic past 63 bits, wrapped as two's complement does. */
function wrapInt64(value: number): number {
  return Number.isFinite(value) ? Number(BigInt.asIntN(64, BigInt(Math.trunc(value)))) : 0;
}

/**
 * Rounds a result to what an element of the dtype can hold: float32 rounds, integers truncate and wrap, bool is 0 or 1.
 */
export function roundTo(dtype: DType, value: number): number {
  switch (dtype) {
    case "float32":
      return Math.fround(value);
    case "float64":
      return value;
    case "int64":
      return Math.abs(value) < int64Bound ? Math.trunc(value) + 0 : wrapInt64(value);
    case "int32":
      return value | 0;
    case "bool":
      return value === 0 ? 0 : 1;
  }
}

function clampTo(value: number, low: number, high: number): number {
  return Number.isNaN(value) ? 0 : Math.min(Math.max(Math.trunc(value) + 0, low), high);
}

/**
 * A number converted to the dtype, where roundTo is for results of arithmetic in it. C++ leaves open what becomes of a
 * float that no integer equals, so PyTorch differs by processor; here NaN becomes 0, and the rest the nearest bound, as
 * on ARM and in WebAssembly.
 */
export function convertTo(dtype: DType, value: number): number {
  if (dtype === "int32") return clampTo(value, -(2 ** 31), 2 ** 31 - 1);
  if (dtype === "int64") return clampTo(value, -int64Bound, int64Bound);
  return roundTo(dtype, value);
}

/** Host data from numbers, each converted to the dtype. */
export function tensorData(dtype: DType, shape: Shape, values: ArrayLike<number>): TensorData {
  const data = allocateHost(dtype, elementCount(shape));
  const isExact = dtype === "float64" || dtype === "float32";
  if (isExact && values instanceof Float32Array && values.length === data.length) data.set(values);
  else for (let i = 0; i < data.length; i++) data[i] = convertTo(dtype, values[i] ?? 0);
  return { dtype, shape, data };
}
