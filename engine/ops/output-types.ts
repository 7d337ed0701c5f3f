/** @file The shape and dtype rules that many ops share: broadcasting with promotion, and reductions. */
import { isFloat, resultDType, type DType } from "../ir/dtype";
import { refuse } from "../ir/refusal";
import { broadcastShapes, checkSize, normalizeDims, type Shape } from "../ir/shape";
import type { TensorType } from "../ir/tensor";

type Operands = Readonly<Record<string, TensorType | null>>;

/** A tensor type; refuses more elements than a backend can index. */
export function tensorType(dtype: DType, shape: Shape): TensorType {
  checkSize(shape);
  return { dtype, shape };
}

function present(operands: Operands): TensorType[] {
  return Object.values(operands).filter((type) => type !== null);
}

/** The shape all operands broadcast to; refuses with the first pair that does not. */
export function broadcastOf(operands: Operands): Shape {
  const shapes = present(operands).map((type) => type.shape);
  const all = broadcastShapes(shapes);
  if (all !== null) return all;
  for (const a of shapes) {
    for (const b of shapes) if (broadcastShapes([a, b]) === null) refuse("shape.broadcast", { a, b });
  }
  return refuse("shape.broadcast", { a: shapes[0] ?? [], b: shapes.at(-1) ?? [] });
}

/** PyTorch's arithmetic: broadcast shape, promoted dtype. */
export function promotedType(operands: Operands): TensorType {
  return tensorType(resultDType(present(operands)), broadcastOf(operands));
}

/** As promotedType, with integers and bools turned to float32: division and the elementary functions. */
export function promotedFloatType(operands: Operands): TensorType {
  const { dtype, shape } = promotedType(operands);
  return { dtype: isFloat(dtype) ? dtype : "float32", shape };
}

/** Broadcast shape, bool: comparisons. */
export function comparedType(operands: Operands): TensorType {
  return tensorType("bool", broadcastOf(operands));
}

/** As promotedType; refuses bool, for which PyTorch has no arithmetic of this kind. */
export function numericType(operands: Operands): TensorType {
  const type = promotedType(operands);
  const name = Object.keys(operands).find((key) => operands[key]?.dtype === "bool" && operands[key].weak !== true);
  if (name !== undefined) refuse("dtype.mismatch", { operand: name, dtype: "bool", expected: "a number dtype" });
  return type;
}

/** Refuses bool. */
export function requireNumber(operand: string, type: TensorType): void {
  if (type.dtype === "bool") refuse("dtype.mismatch", { operand, dtype: "bool", expected: "a number dtype" });
}

/** Refuses an operand that is not float32 or float64. */
export function requireFloat(operand: string, type: TensorType): void {
  if (!isFloat(type.dtype)) refuse("dtype.mismatch", { operand, dtype: type.dtype, expected: "float32 or float64" });
}

/** Refuses an operand that is not bool. */
export function requireBool(operand: string, type: TensorType): void {
  if (type.dtype !== "bool") refuse("dtype.mismatch", { operand, dtype: type.dtype, expected: "bool" });
}

/** Reduced dimensions, ascending; null and an empty list both mean all, as in PyTorch. */
export function reducedDims(dims: readonly number[] | null, shape: Shape): number[] {
  return normalizeDims(dims?.length === 0 ? null : dims, shape.length);
}

/** The shape with the reduced dimensions kept as 1. */
export function keptShape(shape: Shape, dims: readonly number[]): Shape {
  return shape.map((extent, axis) => (dims.includes(axis) ? 1 : extent));
}

/** The shape after a reduction. */
export function reducedShape(
  shape: Shape,
  attributes: { readonly dims: readonly number[] | null; readonly keepdim: boolean },
): Shape {
  const dims = reducedDims(attributes.dims, shape);
  return attributes.keepdim ? keptShape(shape, dims) : shape.filter((_, axis) => !dims.includes(axis));
}
