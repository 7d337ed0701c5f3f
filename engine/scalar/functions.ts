/** @file The names and arities of the scalar functions; each has one row in table.ts that spells it for every backend. */

/** Every function a scalar expression may call. */
export const scalarFunctions = [
  // arithmetic: the result has the arguments' type
  "add", "sub", "mul", "div", "neg", "abs", "sign", "floor", "ceil", "round", "trunc", "remainder", "min", "max",
  // transcendental, on floats
  "sqrt", "exp", "log", "expm1", "log1p", "sin", "cos", "tanh", "sigmoid", "pow",
  // comparison and logic: the result is bool
  "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "isNan", "isInf",
  // select(condition, whenTrue, whenFalse); convert(x) to the type of the call
  "select", "convert",
  // philox(seedLow, seedHigh, step, stream, index): a uniform float32 in [0, 1), all arguments int32
  "philox",
  // on 32 bits, for the expansions: shiftRight keeps the sign, shiftRightLogical does not; mulHigh is the upper half of
  // the unsigned 64-bit product; floatBits: float32 → int32 and bitsFloat: int32 → float32 keep the bits
  "bitAnd", "bitOr", "bitXor", "shiftLeft", "shiftRight", "shiftRightLogical", "mulHigh", "floatBits", "bitsFloat",
] as const; // prettier-ignore

export type ScalarFunction = (typeof scalarFunctions)[number];
