/** @file Products and powers of integers: exact modulo 2³² or 2⁶⁴, where float64 would lose the low bits. */
import { scalarClosures, type ScalarClosure } from "./closures";
import type { ScalarType } from "./expression";
import type { ScalarFunction } from "./functions";

const exactBound = 2 ** 53;

function wrapped(bits: 32 | 64, value: bigint): number {
  return Number(BigInt.asIntN(bits, value));
}

function multiply(bits: 32 | 64): ScalarClosure {
  return (x = NaN, y = NaN) => {
    const product = x * y;
    return Math.abs(product) <= exactBound ? product : wrapped(bits, BigInt(x) * BigInt(y));
  };
}

/** torch.pow of integers: a negative exponent gives 0, but for bases of 1 and −1. */
function power(bits: 32 | 64): ScalarClosure {
  return (x = NaN, y = NaN) => {
    if (y < 0) return x === 1 || (x === -1 && y % 2 === 0) ? 1 : x === -1 ? -1 : 0;
    const close = x ** y;
    if (Math.abs(close) <= exactBound) return close;
    let result = 1n;
    let square = BigInt(x);
    for (let rest = BigInt(y); rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = BigInt.asIntN(bits, result * square);
      square = BigInt.asIntN(bits, square * square);
    }
    return wrapped(bits, result);
  };
}

const integerClosures: Partial<Record<ScalarType, Partial<Record<ScalarFunction, ScalarClosure>>>> = {
  int32: { mul: multiply(32), pow: power(32) },
  int64: { mul: multiply(64), pow: power(64) },
};

/** The closure of a function whose result has this type; the caller still rounds to it. */
export function closureFor(fn: ScalarFunction, type: ScalarType): ScalarClosure {
  return integerClosures[type]?.[fn] ?? scalarClosures[fn];
}
