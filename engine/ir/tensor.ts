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

/** Rounds a number to what an element of the dtype can hold: float32 rounds, integers truncate, bool is 0 or 1. */
export function roundTo(dtype: DType, value: number): number {
  switch (dtype) {
    case "float32":
      return Math.fround(value);
    case "float64":
      return value;
    case "int64":
      return Math.trunc(value) + 0;
    case "int32":
      return value | 0;
    case "bool":
      return value === 0 ? 0 : 1;
  }
}

/** Host data from numbers, each rounded to the dtype. */
export function tensorData(dtype: DType, shape: Shape, values: ArrayLike<number>): TensorData {
  const data = allocateHost(dtype, elementCount(shape));
  const isExact = dtype === "float64" || dtype === "float32";
  if (isExact && values instanceof Float32Array && values.length === data.length) data.set(values);
  else for (let i = 0; i < data.length; i++) data[i] = roundTo(dtype, values[i] ?? 0);
  return { dtype, shape, data };
}
