/**
 * @file pow in float32 arithmetic, from fdlibm's e_powf.c (Ian Lance Taylor, after Sun's e_pow.c): y·log₂|x| in two
 * floats, then 2 to it. Exponents that PyTorch treats apart when they are constants are treated apart here too.
 */
import { scalarBuilder as s } from "./builder";
import type { ScalarExpression } from "./expression";
import { float, horner, scaleByTwo } from "./polynomials";

type X = ScalarExpression;

const add = (x: X | number, y: X | number): X => s.call("add", x, y);
const sub = (x: X | number, y: X | number): X => s.call("sub", x, y);
const mul = (x: X | number, y: X | number): X => s.call("mul", x, y);
const select = (condition: X, yes: X, no: X): X => s.call("select", condition, yes, no);
const bitsOf = (x: X): X => s.call("floatBits", x);
const ofBits = (x: X): X => s.call("bitsFloat", x);
/** The upper half of the mantissa. */
const head = (x: X, mask = 0xfffff000 | 0): X => ofBits(s.call("bitAnd", bitsOf(x), mask));
const f = Math.fround;

/** log₂|x| as a sum of two floats, the first of at most 12 bits. */
function logTwo(magnitude: X): { high: X; low: X } {
  const denormal = s.call("lt", magnitude, 2 ** -126);
  const scaled = select(denormal, mul(magnitude, 2 ** 24), magnitude);
  const bits = bitsOf(scaled);
  const fraction = s.call("bitAnd", bits, 0x007fffff);
  const exponent = sub(s.call("shiftRight", bits, 23), 127);
  // Around 1 below √(3/2), around 1.5 below √3, and around 2 (as 1, one exponent up) above.
  const middle = s.call("and", s.call("gt", fraction, 0x1cc471), s.call("lt", fraction, 0x5db3d7));
  const top = s.call("ge", fraction, 0x5db3d7);
  const zero = s.constant(0, "int32");
  const shifted = select(denormal, sub(exponent, 24), exponent);
  const n = s.convert(add(shifted, select(top, s.constant(1, "int32"), zero)), "float32");
  const ix = sub(s.call("bitOr", fraction, 0x3f800000), select(top, s.constant(0x00800000, "int32"), zero));
  const ax = ofBits(ix);
  const base = select(middle, float(1.5), float(1));
  const dpHigh = select(middle, float(5.84960938e-1), float(0));
  const dpLow = select(middle, float(1.56322085e-6), float(0));

  // s = (ax − base) / (ax + base) in two parts.
  const u0 = sub(ax, base);
  const v0 = s.call("div", float(1), add(ax, base));
  const ratio = mul(u0, v0);
  const sHigh = head(ratio);
  const sumBits = s.call("bitOr", s.call("bitAnd", s.call("shiftRight", ix, 1), 0xfffff000 | 0), 0x20000000);
  const sumOffset = select(middle, s.constant(0x00400000 + (1 << 21), "int32"), s.constant(0x00400000, "int32"));
  const sumHigh = ofBits(add(sumBits, sumOffset));
  const sumLow = sub(ax, sub(sumHigh, base));
  const sLow = mul(v0, sub(sub(u0, mul(sHigh, sumHigh)), mul(sHigh, sumLow)));

  const square = mul(ratio, ratio);
  const series = horner(square, [
    2.0697501302e-1, 2.3066075146e-1, 2.7272811532e-1, 3.3333334327e-1, 4.2857143283e-1, 6.0000002384e-1,
  ].map(f)); // prettier-ignore
  const r = add(mul(mul(square, square), series), mul(sLow, add(sHigh, ratio)));
  const squareHigh = mul(sHigh, sHigh);
  const tHigh = head(add(add(squareHigh, 3), r));
  const tLow = sub(r, sub(sub(tHigh, 3), squareHigh));
  const u = mul(sHigh, tHigh);
  const v = add(mul(sLow, tHigh), mul(tLow, ratio));
  const pHigh = head(add(u, v));
  const pLow = sub(v, sub(pHigh, u));
  // Times 2 / (3 ln 2), in two parts.
  const zHigh = mul(pHigh, f(9.619140625e-1));
  const zLow = add(add(mul(pHigh, f(-1.1736857402e-4)), mul(pLow, f(9.6179670095e-1))), dpLow);
  const high = head(add(add(add(zHigh, zLow), dpHigh), n));
  return { high, low: sub(zLow, sub(sub(sub(high, n), dpHigh), zHigh)) };
}

/** 2^(high + low) for |high + low| ≤ 160. */
function twoTo(high: X, low: X): X {
  const n = s.call("round", add(high, low));
  const rest = sub(high, n);
  const t = head(add(low, rest), 0xffff8000 | 0);
  const u = mul(t, f(6.93145752e-1));
  const v = add(mul(sub(low, sub(t, rest)), f(6.9314718246e-1)), mul(t, f(1.42860654e-6)));
  const z = add(u, v);
  const w = sub(v, sub(z, u));
  const square = mul(z, z);
  const series = horner(square, [
    4.1381369442e-8, -1.6533901999e-6, 6.6137559770e-5, -2.7777778450e-3, 1.6666667163e-1,
  ].map(f)); // prettier-ignore
  const t1 = sub(z, mul(square, series));
  const r = sub(s.call("div", mul(z, t1), sub(t1, 2)), add(w, mul(z, w)));
  return scaleByTwo(sub(float(1), sub(r, z)), s.convert(n, "int32"));
}

/** What C's pow gives where x or y is 0, infinite, NaN, or x is negative. */
function powEdges(x: X, y: X, positive: X): X {
  const magnitude = s.call("abs", x);
  const isInteger = s.call("eq", s.call("floor", y), y);
  const half = mul(y, 0.5);
  const isOdd = s.call("and", isInteger, s.call("ne", s.call("floor", half), half));
  const negative = s.call("lt", bitsOf(x), 0);
  const grows = s.call("ne", s.call("gt", magnitude, 1), s.call("lt", y, 0));
  const extreme = s.call("or", s.call("eq", magnitude, 0), s.call("or", s.call("isInf", x), s.call("isInf", y)));
  const limit = select(s.call("eq", magnitude, 1), float(1), select(grows, float(Infinity), float(0)));
  const size = select(extreme, limit, positive);
  const flip = s.call("and", negative, s.call("and", isOdd, s.call("not", s.call("isInf", y))));
  const signed = select(flip, s.call("neg", size), size);
  const complex = s.call("and", s.call("and", s.call("lt", x, 0), s.call("not", isInteger)), s.call("not", extreme));
  const undefinedAt = s.call("or", complex, s.call("or", s.call("isNan", x), s.call("isNan", y)));
  const one = s.call("or", s.call("eq", x, 1), s.call("eq", y, 0));
  return select(one, float(1), select(undefinedAt, float(NaN), signed));
}

/** PyTorch's pow_tensor_scalar: the exponents that have an exact spelling of their own. */
function constantPower(x: X, exponent: number): X | null {
  switch (exponent) {
    case 0:
      return float(1);
    case 1:
      return x;
    case 2:
      return mul(x, x);
    case 3:
      return mul(mul(x, x), x);
    case 0.5:
      return s.call("sqrt", x);
    case -0.5:
      return s.call("div", float(1), s.call("sqrt", x));
    case -1:
      return s.call("div", float(1), x);
    case -2:
      return s.call("div", float(1), mul(x, x));
    default:
      return null;
  }
}

export function expandPow(x: X, y: X): X {
  if (y.kind === "constant") {
    const known = constantPower(x, y.value);
    if (known) return known;
  }
  const { high, low } = logTwo(s.call("abs", x));
  // y in two parts, so that the upper product is exact.
  const bounded = s.call("max", s.call("min", y, 2 ** 40), -(2 ** 40));
  const yHigh = head(bounded);
  const productLow = add(mul(sub(bounded, yHigh), high), mul(bounded, low));
  const productHigh = mul(yHigh, high);
  const product = add(productHigh, productLow);
  const tooLarge = s.call("gt", s.call("abs", product), 160);
  const size = twoTo(select(tooLarge, float(0), productHigh), select(tooLarge, float(0), productLow));
  const limit = select(s.call("gt", product, 0), float(Infinity), float(0));
  return powEdges(x, y, select(tooLarge, limit, size));
}
