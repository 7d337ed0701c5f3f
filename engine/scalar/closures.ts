/** @file Closures: every scalar function on float64 numbers, the meaning that the other spellings are tested against. */
import type { ScalarFunction } from "./functions";
import { philox4x32 } from "./philox";

/** Takes and returns plain numbers; a bool is 0 or 1. The caller rounds the result to its dtype (roundTo). */
export type ScalarClosure = (...args: readonly number[]) => number;

const bits = new DataView(new ArrayBuffer(4));

function truth(value: boolean): number {
  return value ? 1 : 0;
}

/** Half goes to the even neighbour, as torch.round does. */
function roundHalfEven(x: number): number {
  if (!(Math.abs(x) < 2 ** 52)) return x;
  const below = Math.floor(x);
  const rest = x - below;
  const rounded = rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}

/** torch.remainder: the result has the divisor's sign. */
function remainder(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

/** C's pow, which PyTorch follows: 1 to any power is 1, and so is −1 to an infinite one (JavaScript says NaN). */
function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  return Math.pow(x, y);
}

function closure1(fn: (x: number) => number): ScalarClosure {
  return (x) => fn(x ?? NaN);
}

function closure2(fn: (x: number, y: number) => number): ScalarClosure {
  return (x, y) => fn(x ?? NaN, y ?? NaN);
}

/** One closure per scalar function. min and max give NaN when either argument is; sign(NaN) is 0: PyTorch's choices. */
export const scalarClosures = {
  add: closure2((x, y) => x + y),
  sub: closure2((x, y) => x - y),
  mul: closure2((x, y) => x * y),
  div: closure2((x, y) => x / y),
  neg: closure1((x) => -x),
  abs: closure1(Math.abs),
  sign: closure1((x) => truth(x > 0) - truth(x < 0)),
  floor: closure1(Math.floor),
  ceil: closure1(Math.ceil),
  round: closure1(roundHalfEven),
  trunc: closure1(Math.trunc),
  remainder: closure2(remainder),
  min: closure2(Math.min),
  max: closure2(Math.max),
  sqrt: closure1(Math.sqrt),
  exp: closure1(Math.exp),
  log: closure1(Math.log),
  expm1: closure1(Math.expm1),
  log1p: closure1(Math.log1p),
  sin: closure1(Math.sin),
  cos: closure1(Math.cos),
  tanh: closure1(Math.tanh),
  sigmoid: closure1((x) => 1 / (1 + Math.exp(-x))),
  pow: closure2(power),
  eq: closure2((x, y) => truth(x === y)),
  ne: closure2((x, y) => truth(x !== y)),
  lt: closure2((x, y) => truth(x < y)),
  le: closure2((x, y) => truth(x <= y)),
  gt: closure2((x, y) => truth(x > y)),
  ge: closure2((x, y) => truth(x >= y)),
  and: closure2((x, y) => truth(x !== 0 && y !== 0)),
  or: closure2((x, y) => truth(x !== 0 || y !== 0)),
  not: closure1((x) => truth(x === 0)),
  isNan: closure1((x) => truth(Number.isNaN(x))),
  isInf: closure1((x) => truth(Math.abs(x) === Infinity)),
  select: (condition, whenTrue, whenFalse) => (condition === 0 ? whenFalse : whenTrue) ?? NaN,
  convert: closure1((x) => x),
  philox: (seedLow = 0, seedHigh = 0, step = 0, stream = 0, index = 0) =>
    (philox4x32([index, step, stream, 0], [seedLow, seedHigh])[0] >>> 8) * 2 ** -24,
  bitAnd: closure2((x, y) => x & y),
  bitOr: closure2((x, y) => x | y),
  bitXor: closure2((x, y) => x ^ y),
  shiftLeft: closure2((x, y) => x << y),
  shiftRight: closure2((x, y) => x >> y),
  shiftRightLogical: closure2((x, y) => (x >>> y) | 0),
  mulHigh: closure2((x, y) => Number(BigInt.asIntN(32, (BigInt(x >>> 0) * BigInt(y >>> 0)) >> 32n))),
  floatBits: closure1((x) => {
    bits.setFloat32(0, x);
    return bits.getInt32(0);
  }),
  bitsFloat: closure1((x) => {
    bits.setInt32(0, x);
    return bits.getFloat32(0);
  }),
} as const satisfies Record<ScalarFunction, ScalarClosure>;
