/** @file Scalar expressions: what an op does to one element, as data that every backend spells in its own language. */
import type { ScalarFunction } from "./functions";

/** Element types as the scalar room sees them; the dtypes of ir are these names. */
export type ScalarType = "bool" | "int32" | "int64" | "float32" | "float64";

/** A tree (shared subtrees allowed) over an op's operands. */
export type ScalarExpression =
  | { readonly kind: "operand"; readonly index: number; readonly type: ScalarType }
  | { readonly kind: "constant"; readonly value: number; readonly type: ScalarType }
  /** The coordinate of the element along an axis of the op's output. */
  | { readonly kind: "coordinate"; readonly axis: number; readonly type: "int32" }
  | {
      readonly kind: "call";
      readonly fn: ScalarFunction;
      readonly args: readonly ScalarExpression[];
      readonly type: ScalarType;
    };
