/**
 * @file Transcendental functions in float32 arithmetic and bit operations: one text for SIMD, scalar Wasm and WGSL.
 * Sources: S. Moshier's Cephes, single precision (expf, logf, sinf, cosf, tanhf). Each is within 4 ulp (polynomials.test.ts).
 */
import { scalarBuilder as s } from "./builder";
import type { ScalarExpression } from "./expression";
import type { ScalarFunction } from "./functions";

type X = ScalarExpression;

export const float = (value: number): X => s.constant(Math.fround(value), "float32");
const int = (value: number): X => s.constant(value | 0, "int32");

/**
 * Where |x| is above it an expansion is not to be trusted: the products of splitByHalfPi are no longer exact. Wasm calls
 * the closure there, WGSL the reduction of far-angles.ts.
 */
export const expansionLimits: Partial<Record<ScalarFunction, number>> = { sin: 1e5, cos: 1e5 };

/** Horner's scheme, highest power first. */
export function horner(x: X, coefficients: readonly number[]): X {
  const [first = 0, ...rest] = coefficients;
  return rest.reduce<X>((sum, c) => s.call("add", s.call("mul", sum, x), c), float(first));
}

const toInt = (x: X): X => s.convert(x, "int32");
const toFloat = (x: X): X => s.convert(x, "float32");

/** 2ⁿ for an integer n from −126 to 127. */
export function exponentOfTwo(n: X): X {
  return s.call("bitsFloat", s.call("shiftLeft", s.call("add", n, 127), 23));
}

/** x·2ⁿ in two steps, so that results near overflow and denormal ones come out; |n| ≤ 252. */
export function scaleByTwo(x: X, n: X): X {
  const half = s.call("shiftRight", n, 1);
  return s.call("mul", s.call("mul", x, exponentOfTwo(half)), exponentOfTwo(s.call("sub", n, half)));
}

/** x = n·ln 2 + rest with |rest| ≤ ln 2 / 2: Cephes' split of ln 2, the first part exact times n. */
function splitByLn2(x: X): { n: X; rest: X } {
  const n = s.call("round", s.call("mul", x, Math.fround(Math.LOG2E)));
  const high = s.call("sub", x, s.call("mul", n, 0.693359375));
  return { n, rest: s.call("sub", high, s.call("mul", n, Math.fround(-2.12194440e-4))) }; // prettier-ignore
}

/** exp(r) − 1 − r on |r| ≤ ln 2 / 2 (Cephes expf). */
function expTail(r: X): X {
  const p = horner(r, [
    1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
  ].map(Math.fround)); // prettier-ignore
  return s.call("mul", s.call("mul", r, r), p);
}

export function expandExp(x: X): X {
  const bounded = s.call("max", s.call("min", x, 89), -104);
  const { n, rest } = splitByLn2(bounded);
  const y = s.call("add", s.call("add", expTail(rest), rest), 1);
  return scaleByTwo(y, toInt(n));
}

/** 2(h·(eʳ − 1) + (h − ½)) with h = 2ⁿ⁻¹, which neither overflows early nor loses small x. */
export function expandExpm1(x: X): X {
  const bounded = s.call("max", s.call("min", x, 89), -18);
  const { n, rest } = splitByLn2(bounded);
  const half = exponentOfTwo(s.call("sub", toInt(n), 1));
  const tail = s.call("mul", half, s.call("add", expTail(rest), rest));
  return s.call("mul", s.call("add", tail, s.call("sub", half, 0.5)), 2);
}

/** log(1 + x) − x + x²/2 on √½ − 1 ≤ x ≤ √2 − 1 (Cephes logf). */
function logTail(x: X, square: X): X {
  const p = horner(x, [
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
    2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
  ].map(Math.fround)); // prettier-ignore
  return s.call("mul", s.call("mul", x, square), p);
}

/** log of what lies outside (0, ∞), and `inside` there. */
function logEdges(x: X, inside: X): X {
  const below = s.call("select", s.call("eq", x, 0), float(-Infinity), float(NaN));
  const finite = s.call("select", s.call("gt", x, 0), inside, below);
  return s.call("select", s.call("lt", x, Infinity), finite, s.call("add", s.call("abs", x), x));
}

export function expandLog(x: X): X {
  const denormal = s.call("lt", x, 2 ** -126);
  const scaled = s.call("select", denormal, s.call("mul", x, 2 ** 23), x);
  const bits = s.call("floatBits", scaled);
  // The exponent counted so that the mantissa lies in [√½, √2): 0x3f3504f3 is √½.
  const shifted = s.call("sub", bits, 0x3f3504f3);
  const exponent = s.call("shiftRight", shifted, 23);
  const mantissa = s.call("bitsFloat", s.call("add", s.call("bitAnd", shifted, 0x007fffff), 0x3f3504f3));
  const e = toFloat(s.call("sub", exponent, s.call("select", denormal, int(23), int(0))));
  const m = s.call("sub", mantissa, 1);
  const square = s.call("mul", m, m);
  const y = s.call("add", logTail(m, square), s.call("mul", e, Math.fround(-2.12194440e-4))); // prettier-ignore
  const low = s.call("sub", y, s.call("mul", square, 0.5));
  return logEdges(x, s.call("add", s.call("add", m, low), s.call("mul", e, 0.693359375)));
}

export function expandLog1p(x: X): X {
  const square = s.call("mul", x, x);
  const near = s.call("add", x, s.call("sub", logTail(x, square), s.call("mul", square, 0.5)));
  const isNear = s.call("and", s.call("gt", x, -0.29), s.call("lt", x, 0.41));
  return s.call("select", isNear, near, s.call("log", s.call("add", x, 1)));
}

/**
 * x = n·π/2 + rest with |rest| ≤ π/4, by Cody and Waite's method: π/2 in three parts of 8 bits, whose products with
 * n < 2¹⁶ are exact, and a rest. Good within expansionLimits.
 */
function splitByHalfPi(x: X): { n: X; rest: X } {
  const n = s.call("round", s.call("mul", x, Math.fround(2 / Math.PI)));
  const parts = halfPiParts.map((part) => s.call("mul", n, part));
  return { n: toInt(n), rest: parts.reduce((rest, part) => s.call("sub", rest, part), x) };
}

function splitHalfPi(): number[] {
  const parts: number[] = [];
  let rest = Math.PI / 2;
  for (let i = 0; i < 3; i++) {
    const unit = 2 ** (Math.floor(Math.log2(rest)) - 7);
    const part = Math.floor(rest / unit) * unit;
    parts.push(part);
    rest -= part;
  }
  // What float64's π/2 leaves out is 6.1e-17.
  return [...parts, Math.fround(rest)];
}

const halfPiParts = splitHalfPi();

/** Quadrant 0: sin, 1: cos, 2: −sin, 3: −cos (Cephes sinf and cosf). */
export function sineOf(rest: X, quadrant: X): X {
  const z = s.call("mul", rest, rest);
  const sinTail = horner(z, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(Math.fround));
  const sin = s.call("add", s.call("mul", s.call("mul", sinTail, z), rest), rest);
  const cosTail = horner(z, [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(Math.fround));
  const cosHigh = s.call("sub", s.call("mul", s.call("mul", cosTail, z), z), s.call("mul", z, 0.5));
  const cos = s.call("add", cosHigh, 1);
  const odd = s.call("ne", s.call("bitAnd", quadrant, 1), 0);
  const value = s.call("select", odd, cos, sin);
  const sign = s.call("shiftLeft", s.call("bitAnd", quadrant, 2), 30);
  return s.call("bitsFloat", s.call("bitXor", s.call("floatBits", value), sign));
}

export function expandSin(x: X): X {
  const { n, rest } = splitByHalfPi(x);
  return sineOf(rest, n);
}

export function expandCos(x: X): X {
  const { n, rest } = splitByHalfPi(x);
  return sineOf(rest, s.call("add", n, 1));
}

export function expandTanh(x: X): X {
  const z = s.call("mul", x, x);
  const p = horner(z, [
    -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1,
  ].map(Math.fround)); // prettier-ignore
  const near = s.call("add", s.call("mul", s.call("mul", p, z), x), x);
  const magnitude = s.call("abs", x);
  const e = s.call("exp", s.call("add", magnitude, magnitude));
  const far = s.call("sub", float(1), s.call("div", float(2), s.call("add", e, 1)));
  const signed = s.call("select", s.call("lt", x, 0), s.call("neg", far), far);
  return s.call("select", s.call("lt", magnitude, 0.625), near, signed);
}

/** 1 / (1 + e⁻ˣ), as PyTorch computes it. */
export function expandSigmoid(x: X): X {
  return s.call("div", float(1), s.call("add", s.call("exp", s.call("neg", x)), 1));
}
