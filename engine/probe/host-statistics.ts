/** @file Statistics of a tensor that is on the host already. */

/** Over all elements; `max` is the largest |t|. rms, max and mean are NaN where an element is NaN, and of no elements 0. */
export interface Statistics {
  readonly rms: number;
  readonly max: number;
  readonly mean: number;
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
}

export function hostStatistics(data: ArrayLike<number>): Statistics {
  let max = 0;
  let sum = 0;
  let zeros = 0;
  let nan = 0;
  let inf = 0;
  for (let i = 0; i < data.length; i++) {
    const x = data[i] ?? 0;
    const magnitude = Math.abs(x);
    if (magnitude > max) max = magnitude;
    if (x === 0) zeros++;
    else if (Number.isNaN(x)) nan++;
    else if (magnitude === Infinity) inf++;
    sum += x;
  }
  // Scaled by the largest, so that squares neither overflow nor vanish.
  let squares = 0;
  if (max > 0 && max < Infinity) {
    for (let i = 0; i < data.length; i++) squares += ((data[i] ?? 0) / max) ** 2;
  }
  const count = Math.max(1, data.length);
  const rms = max === Infinity ? Infinity : max * Math.sqrt(squares / count);
  if (nan > 0) return { rms: NaN, max: NaN, mean: NaN, zeros, nan, inf };
  return { rms, max, mean: sum / count, zeros, nan, inf };
}
