/**
 * @file Sine and cosine of large float32 angles, by Payne and Hanek's reduction in 32-bit integers.
 * Source: M. Payne, R. Hanek, "Radian reduction for trigonometric functions", SIGNUM 18 (1983); the words as N. Juffa lays them out.
 */
import { scalarBuilder as s } from "./builder";
import type { ScalarExpression } from "./expression";
import { sineOf } from "./polynomials";

type X = ScalarExpression;

const int = (value: number): X => s.constant(value | 0, "int32");

/** The bits of 2/π in words, two bits further right, with a zero before them. */
const twoOverPi = [
  0, 0x28be60db, 0x9391054a, 0x7f09d5f4, 0x7d4d3770, 0x36d8a566, 0x4f10e410, 0x7f9458ea,
]; // prettier-ignore

const topBit = -0x80000000;

/** 1 where a < b as unsigned numbers, else 0. */
function carryOf(a: X, b: X): X {
  const less = s.call("lt", s.call("bitXor", a, topBit), s.call("bitXor", b, topBit));
  return s.call("select", less, int(1), int(0));
}

/** x = n·π/2 + rest with |rest| ≤ π/4, for finite |x| ≥ 2; the product with 2/π keeps 62 bits after the point. */
function splitFar(x: X): { n: X; rest: X } {
  const bits = s.call("floatBits", x);
  const mantissa = s.call("bitOr", s.call("shiftLeft", s.call("bitAnd", bits, 0x007fffff), 8), topBit);
  const exponent = s.call("sub", s.call("bitAnd", s.call("shiftRight", bits, 23), 255), 126);
  const first = s.call("shiftRight", exponent, 5);
  const shift = s.call("bitAnd", exponent, 31);
  const word = (at: number): X =>
    [1, 2, 3, 4].reduce<X>(
      (found, i) => s.call("select", s.call("eq", first, i), int(twoOverPi[i + at] ?? 0), found),
      int(twoOverPi[at] ?? 0),
    );
  const shifted = (high: X, low: X): X => {
    const both = s.call("bitOr", s.call("shiftLeft", high, shift), s.call("shiftRightLogical", low, s.call("sub", int(32), shift))); // prettier-ignore
    return s.call("select", s.call("eq", shift, 0), high, both);
  };
  const [w0, w1, w2, w3] = [word(0), word(1), word(2), word(3)];
  const below = s.call("mulHigh", mantissa, shifted(w2, w3));
  const middle = shifted(w1, w2);
  const low = s.call("add", s.call("mul", mantissa, middle), below);
  const carried = s.call("add", s.call("mulHigh", mantissa, middle), carryOf(low, below));
  const high = s.call("add", carried, s.call("mul", mantissa, shifted(w0, w1)));
  // Two bits of quadrant, then the fraction; from a half on, the next quadrant is nearer.
  const fraction = s.call("bitAnd", high, 0x3fffffff);
  const isUpper = s.call("ne", s.call("bitAnd", fraction, 0x20000000), 0);
  const quadrant = s.call("add", s.call("shiftRightLogical", high, 30), s.call("select", isUpper, int(1), int(0)));
  const signed = s.call("select", isUpper, s.call("sub", fraction, 0x40000000), fraction);
  const borrowed = s.call("select", s.call("eq", low, 0), int(1), int(0));
  const top = s.call("select", isUpper, s.call("add", s.call("bitXor", signed, -1), borrowed), signed);
  const bottom = s.call("select", isUpper, s.call("neg", low), low);
  const float = (part: X, scale: number): X => s.call("mul", s.convert(part, "float32"), scale);
  const size = [
    float(s.call("shiftRightLogical", bottom, 16), 2 ** 16),
    float(s.call("bitAnd", bottom, 0xffff), 1),
  ].reduce((sum, part) => s.call("add", sum, part), float(top, 2 ** 32));
  const angle = s.call("mul", size, (Math.PI / 2) * 2 ** -62);
  const sign = s.call("bitXor", s.call("select", isUpper, int(topBit), int(0)), s.call("bitAnd", bits, topBit));
  const rest = s.call("bitsFloat", s.call("bitXor", s.call("floatBits", angle), sign));
  const n = s.call("select", s.call("lt", bits, 0), s.call("neg", quadrant), quadrant);
  return { n, rest };
}

/** sin x for finite |x| ≥ 2, within 4 ulp. */
export function expandFarSin(x: X): X {
  const { n, rest } = splitFar(x);
  return sineOf(rest, n);
}

/** cos x for finite |x| ≥ 2, within 4 ulp. */
export function expandFarCos(x: X): X {
  const { n, rest } = splitFar(x);
  return sineOf(rest, s.call("add", n, 1));
}
