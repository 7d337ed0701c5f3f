/** @file A product and a sum rounded once, as a fused multiply-add of float32 does it. */

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
