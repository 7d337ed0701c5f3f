/** @file How Wasm spells the scalar functions that it has instructions for. */
import type { ScalarFunction } from "./functions";

/**
 * Instruction names without their type: "add" is f32.add, f64.add, f32x4.add, i32.add or i32x4.add. bool is 0 or 1 in
 * a scalar and a lane mask in a vector. An instruction may lack a scalar or a vector form; the backend knows which.
 */
export interface WasmSpelling {
  readonly float?: string;
  readonly int?: string;
  readonly bool?: string;
}

/** Functions left empty are expanded, or spelled by the backend itself (select, convert and the bit casts). */
export const wasmSpelling = {
  add: { float: "add", int: "add" },
  sub: { float: "sub", int: "sub" },
  mul: { float: "mul", int: "mul" },
  div: { float: "div" },
  neg: { float: "neg" },
  abs: { float: "abs" },
  sign: {},
  floor: { float: "floor" },
  ceil: { float: "ceil" },
  round: { float: "nearest" },
  trunc: { float: "trunc" },
  remainder: {},
  min: { float: "min" },
  max: { float: "max" },
  sqrt: { float: "sqrt" },
  exp: {},
  log: {},
  expm1: {},
  log1p: {},
  sin: {},
  cos: {},
  tanh: {},
  sigmoid: {},
  pow: {},
  eq: { float: "eq", int: "eq" },
  ne: { float: "ne", int: "ne" },
  lt: { float: "lt", int: "lt_s" },
  le: { float: "le", int: "le_s" },
  gt: { float: "gt", int: "gt_s" },
  ge: { float: "ge", int: "ge_s" },
  and: { bool: "and" },
  or: { bool: "or" },
  not: { bool: "not" },
  isNan: {},
  isInf: {},
  select: {},
  convert: {},
  philox: {},
  bitAnd: { int: "and" },
  bitOr: { int: "or" },
  bitXor: { int: "xor" },
  shiftLeft: { int: "shl" },
  shiftRight: { int: "shr_s" },
  shiftRightLogical: { int: "shr_u" },
  mulHigh: { int: "mulHigh" },
  floatBits: { float: "bits" },
  bitsFloat: { int: "bits" },
} as const satisfies Record<ScalarFunction, WasmSpelling>;
