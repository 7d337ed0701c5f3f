/**
 * @file Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
 * as 1, 2, 3" (SC 2011): as a closure on numbers and as a scalar expression.
 */
import type { ScalarBuilder } from "./builder";
import type { ScalarExpression } from "./expression";

const rounds = 10;
const multipliers = [0xd2511f53, 0xcd9e8d57] as const;
/** Added to the key after each round: the golden ratio and √3 − 1 in 32 bits. */
const weyl = [0x9e3779b9, 0xbb67ae85] as const;

function multiplyHigh(x: number, y: number): number {
  const xLow = x & 0xffff;
  const xHigh = x >>> 16;
  const yLow = y & 0xffff;
  const yHigh = y >>> 16;
  const middle = xHigh * yLow + ((xLow * yLow) >>> 16);
  return (xHigh * yHigh + Math.floor(middle / 0x10000) + ((middle & 0xffff) + xLow * yHigh) / 0x10000) >>> 0;
}

export type PhiloxCounter = readonly [number, number, number, number];

/** Four random words, as unsigned 32-bit integers, of a counter and a key given as 32-bit integers of either sign. */
export function philox4x32(counter: PhiloxCounter, key: readonly [number, number]): PhiloxCounter {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multipliers[0], c0 >>> 0);
    const high1 = multiplyHigh(multipliers[1], c2 >>> 0);
    const low0 = Math.imul(multipliers[0], c0);
    const low1 = Math.imul(multipliers[1], c2);
    [c0, c1, c2, c3] = [high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0];
    k0 = (k0 + weyl[0]) | 0;
    k1 = (k1 + weyl[1]) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/** The closure's `philox` as a scalar expression: the upper 24 bits of the first word of the counter [index, step, stream, 0]. */
export function expandPhilox(s: ScalarBuilder, args: readonly ScalarExpression[]): ScalarExpression {
  const zero = s.constant(0, "int32");
  const [seedLow = zero, seedHigh = zero, step = zero, stream = zero, index = zero] = args;
  const m0 = s.constant(multipliers[0] | 0, "int32");
  const m1 = s.constant(multipliers[1] | 0, "int32");
  let [c0, c1, c2, c3] = [index, step, stream, zero];
  let [k0, k1] = [seedLow, seedHigh];
  for (let round = 0; round < rounds; round++) {
    const next0 = s.call("bitXor", s.call("bitXor", s.call("mulHigh", m1, c2), c1), k0);
    const next2 = s.call("bitXor", s.call("bitXor", s.call("mulHigh", m0, c0), c3), k1);
    [c0, c1, c2, c3] = [next0, s.call("mul", c2, m1), next2, s.call("mul", c0, m0)];
    k0 = s.call("add", k0, weyl[0] | 0);
    k1 = s.call("add", k1, weyl[1] | 0);
  }
  return s.call("mul", s.convert(s.call("shiftRightLogical", c0, 8), "float32"), 2 ** -24);
}
