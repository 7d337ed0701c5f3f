/**
 * @file The normals of PyTorch's vector path, bit for bit: normal_fill_16_AVX2 with the float32 log, sin and cos of
 * avx_mathfun (Cephes), whose products and sums the compiler has fused (native/cpu/DistributionTemplates.h).
 */
import { fused } from "./fused";

const f = Math.fround;
const floats = new Float32Array(1);
const words = new Int32Array(floats.buffer);

const sqrtHalf = f(Math.SQRT1_2);
const [l0, l1, l2, l3, l4, l5, l6, l7, l8] = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(f) as [number, number, number, number, number, number, number, number, number];
const lnTwoLow = f(-2.1219444e-4);
const lnTwoHigh = 0.693359375;

/** log256_ps, for normal numbers. */
function log(x: number): number {
  floats[0] = x;
  const bits = words[0] ?? 0;
  words[0] = (bits & 0x7fffff) | 0x3f000000;
  const fraction = floats[0];
  const isSmall = fraction < sqrtHalf;
  const e = (bits >>> 23) - (isSmall ? 127 : 126);
  const m = f(f(fraction - 1) + (isSmall ? fraction : 0));
  const z = f(m * m);
  let y = fused(l0, m, l1);
  y = fused(y, m, l2);
  y = fused(y, m, l3);
  y = fused(y, m, l4);
  y = fused(y, m, l5);
  y = fused(y, m, l6);
  y = fused(y, m, l7);
  y = fused(y, m, l8);
  y = fused(f(y * m), z, f(e * lnTwoLow));
  y = fused(-z, 0.5, y);
  return fused(e, lnTwoHigh, f(m + y));
}

const fourOverPi = f(1.27323954473516);
const [pi1, pi2, pi3] = [-0.78515625, -2.4187564849853516e-4, -3.774894977445941e-8].map(f) as [number, number, number];
const [c0, c1, c2] = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(f) as [number, number, number]; // prettier-ignore
const [s0, s1, s2] = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(f) as [number, number, number];

const twoPi = f(2 * Math.PI);

/** Sixteen uniforms become sixteen normals: the first eight give radii, the others angles, by sincos256_ps. */
export function fill16(values: Float32Array, start: number): void {
  for (let i = start; i < start + 8; i++) {
    const radius = f(Math.sqrt(f(-2 * log(f(1 - (values[i] ?? 0))))));
    const theta = f(twoPi * (values[i + 8] ?? 0));
    const octant = (Math.trunc(f(theta * fourOverPi)) + 1) & ~1;
    const x = fused(octant, pi3, fused(octant, pi2, fused(octant, pi1, theta)));
    const z = f(x * x);
    const cosine = f(fused(f(fused(fused(c0, z, c1), z, c2) * z), z, f(-0.5 * z)) + 1);
    const sine = fused(f(fused(fused(s0, z, s1), z, s2) * z), x, x);
    const isSwapped = (octant & 2) !== 0;
    const sin = isSwapped ? cosine : sine;
    const cos = isSwapped ? sine : cosine;
    values[i] = radius * ((octant - 2) & 4 ? cos : -cos) + 0;
    values[i + 8] = radius * (octant & 4 ? -sin : sin) + 0;
  }
}
