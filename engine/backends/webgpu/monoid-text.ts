/** @file The monoids of reductions in WGSL: where they start, and how two partial results combine. */
import type { DType } from "../../ir/dtype";
import type { Monoid } from "../../ir/op";
import type { ScalarFunction } from "../../scalar/functions";
import { callText } from "./call-text";
import { constantText, wgslType } from "./scalar-text";

const folds = { sum: "add", prod: "mul", max: "max", min: "min" } as const satisfies Record<Monoid, ScalarFunction>;

/** The neutral element; for max and min of integers the smallest and largest there are. */
export function neutralText(monoid: Monoid, dtype: DType, zero: string): string {
  if (monoid === "sum") return constantText(dtype, 0, zero);
  if (monoid === "prod") return constantText(dtype, 1, zero);
  const type = wgslType(dtype, `a ${monoid}`);
  const sign = monoid === "max" ? -1 : 1;
  if (type === "f32") return constantText(dtype, sign * Infinity, zero);
  if (type === "i32") return constantText(dtype, sign < 0 ? -2147483648 : 2147483647, zero);
  return sign < 0 ? "false" : "true";
}

/** Both folded; of a bool, sum and max are "or", prod and min are "and". A NaN wins over every number. */
export function combineText(
  monoid: Monoid,
  dtype: DType,
  a: string,
  b: string,
  functions: Set<ScalarFunction>,
): string {
  if (dtype === "bool") return monoid === "sum" || monoid === "max" ? `(${a} || ${b})` : `(${a} && ${b})`;
  const args = [a, b].map((name) => ({ name, dtype }));
  return callText(folds[monoid], dtype, args, functions);
}
