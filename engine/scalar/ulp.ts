/** @file Distance between floats in units in the last place, for tests of accuracy. */

const view = new DataView(new ArrayBuffer(4));

/** float32 numbers counted in order, zero at 0: neighbours differ by one. */
function ordinal(x: number): number {
  view.setFloat32(0, x);
  const bits = view.getInt32(0);
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

/** How many float32 steps lie between a float32 and the exact value, a fraction; 0 for two NaN, ∞ for one. */
export function ulpDistance(found: number, exact: number): number {
  if (Number.isNaN(found) || Number.isNaN(exact)) return Number.isNaN(found) && Number.isNaN(exact) ? 0 : Infinity;
  const nearest = Math.fround(exact);
  if (found === nearest) return 0;
  return Math.abs(ordinal(found) - ordinal(nearest));
}
