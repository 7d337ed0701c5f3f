/** @file A product and a sum rounded once, as a fused multiply-add of float32 or float64 does it. */

const f = Math.fround;

/**
 * a · b + c rounded once to float32. The product is exact in float64; where the float64 sum lies just between two
 * float32, what that sum left out decides.
 */
export function fused(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const near = f(sum);
  const rest = sum - near;
  const far = near + 2 * rest;
  if (rest === 0 || f(far) !== far) return near;
  const added = sum - product;
  const lost = product - (sum - added) + (c - added);
  return lost * rest > 0 ? far : near;
}

/** x as a sum of two numbers of 26 bits each (Veltkamp), so that products of halves are exact. */
function halves(x: number): readonly [number, number] {
  const scaled = x * (2 ** 27 + 1);
  const high = scaled - (scaled - x);
  return [high, x - high];
}

/** As fused, in float64: product and sum with what each left out (Dekker, Knuth), for numbers far from overflow. */
export function fusedDouble(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  if (!Number.isFinite(sum)) return sum;
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  const lostProduct = aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
  const added = sum - product;
  const lostSum = product - (sum - added) + (c - added);
  return sum + (lostSum + lostProduct);
}
