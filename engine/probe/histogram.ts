/** @file Histograms of fetched tensors on the host: 64 bins over a signed logarithmic axis. */

export const histogramBins = 64;
const side = 31;
const nearZeroNegative = side;
const nearZeroPositive = side + 1;

export interface Histogram {
  /** log10 of the smallest and largest magnitude that the side bins reach. */
  readonly low: number;
  readonly high: number;
  /**
   * Counts: 0–30 negative, largest magnitude first; 31 negative and 32 non-negative below 10^low in magnitude;
   * 33–63 positive, smallest first.
   */
  readonly bins: Float64Array;
}

/** Decades that hold every magnitude but zero, at most ten below the largest: beyond that it counts as near zero. */
function decades(data: ArrayLike<number>): { low: number; high: number } {
  let smallest = Infinity;
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const magnitude = Math.abs(data[i] ?? 0);
    if (!(magnitude > 0) || magnitude === Infinity) continue;
    if (magnitude < smallest) smallest = magnitude;
    if (magnitude > largest) largest = magnitude;
  }
  if (largest === 0) return { low: -1, high: 0 };
  const high = Math.floor(Math.log10(largest)) + 1;
  const low = Math.max(Math.floor(Math.log10(smallest)), high - 10);
  return { low: Math.min(low, high - 1), high };
}

/** Every number is counted once, NaN not at all; infinities go to the outermost bins. */
export function histogram(data: ArrayLike<number>): Histogram {
  const { low, high } = decades(data);
  const bins = new Float64Array(histogramBins);
  const scale = side / (high - low);
  const floor = 10 ** low;
  for (let i = 0; i < data.length; i++) {
    const x = data[i] ?? 0;
    if (Number.isNaN(x)) continue;
    const magnitude = Math.abs(x);
    let bin: number;
    if (magnitude < floor) bin = x < 0 ? nearZeroNegative : nearZeroPositive;
    else {
      const place = Math.min(side - 1, Math.max(0, Math.floor((Math.log10(magnitude) - low) * scale)));
      bin = x < 0 ? nearZeroNegative - 1 - place : nearZeroPositive + 1 + place;
    }
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return { low, high, bins };
}
