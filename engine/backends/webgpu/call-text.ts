/** @file Calls of scalar functions in WGSL, as the scalar table spells them. */
import type { DType } from "../../ir/dtype";
import type { ScalarFunction } from "../../scalar/functions";
import { scalarTable } from "../../scalar/table";

/** A computed value: its WGSL name (never a formula) and dtype. */
export interface TypedName {
  readonly name: string;
  readonly dtype: DType;
}

/** The call as a WGSL expression; `functions` collects what the module's prelude must declare. */
export function callText(
  fn: ScalarFunction,
  dtype: DType,
  args: readonly TypedName[],
  functions: Set<ScalarFunction>,
): string {
  functions.add(fn);
  const numeric = args[fn === "select" ? 1 : 0];
  return scalarTable[fn].wgsl(
    args.map((arg) => arg.name),
    dtype,
    numeric?.dtype ?? dtype,
  );
}
