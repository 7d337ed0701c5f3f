/** @file The scalar table: one row per scalar function with its closure, its WGSL and Wasm spelling, and its expansion. */
import { scalarClosures, type ScalarClosure } from "./closures";
import { expandScalar } from "./expansion";
import type { ScalarExpression, ScalarType } from "./expression";
import { scalarFunctions, type ScalarFunction } from "./functions";
import { wasmSpelling, type WasmSpelling } from "./wasm-spelling";
import { spellWgslCall } from "./wgsl-spelling";

/** What every backend needs to know of a scalar function. */
export interface ScalarRow {
  /** On float64 numbers, bool as 0 or 1; the caller rounds to its dtype. The meaning of the function. */
  readonly closure: ScalarClosure;
  /**
   * A WGSL expression of the call. `type` is the call's type, `argType` that of its (first numeric) argument where it
   * differs: comparisons and convert. Arguments may be printed more than once, so pass names, not formulas. Put
   * wgslPrelude (wgsl-prelude.ts) of the functions used in front of the shader. bool is WGSL's bool, int64 is i32; float64 throws.
   */
  wgsl(args: readonly string[], type: ScalarType, argType?: ScalarType): string;
  /** Wasm instructions by kind of argument; where one is missing, expand, and where that gives null, call the closure. */
  readonly wasm: WasmSpelling;
  /** The call in simpler scalar functions, or null where there is none for these types (float64 transcendentals). */
  expand(args: readonly ScalarExpression[], type: ScalarType): ScalarExpression | null;
}

function row(fn: ScalarFunction): ScalarRow {
  return {
    closure: scalarClosures[fn],
    wgsl: (args, type, argType = type) => spellWgslCall(fn, args, type, argType),
    wasm: wasmSpelling[fn],
    expand: (args, type) => expandScalar(fn, args, type),
  };
}

/** One row per scalar function. */
export const scalarTable = Object.fromEntries(scalarFunctions.map((fn) => [fn, row(fn)])) as Readonly<
  Record<ScalarFunction, ScalarRow>
>;
