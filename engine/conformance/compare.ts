/** @file Compares arrays of numbers and says where they differ most. */

/** A number as JSON holds it: NaN and infinities in quotes. */
export type PrintedNumber = number | string;

export interface Tolerance {
  /** Of the largest finite number expected. */
  readonly relative: number;
  readonly absolute: number;
}

/** Null where all agree, else one sentence about the worst element. NaN agrees with NaN only, infinities with themselves. */
export function difference(
  found: ArrayLike<number>,
  expected: ArrayLike<PrintedNumber>,
  { relative, absolute }: Tolerance,
): string | null {
  if (found.length !== expected.length) return `${found.length} elements, expected ${expected.length}`;
  const numbers = Array.from(expected, Number);
  const scale = numbers.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
  const limit = absolute + relative * scale;
  let worst = 0;
  let at = -1;
  numbers.forEach((x, i) => {
    const y = found[i] ?? NaN;
    const same = x === y || (Number.isNaN(x) && Number.isNaN(y));
    const gap = same ? 0 : Math.abs(x - y);
    if (same || gap <= limit) return;
    if (at < 0 || !(gap <= worst)) [worst, at] = [gap, i];
  });
  return at < 0 ? null : `element ${at} is ${found[at]}, expected ${numbers[at]} within ${limit.toExponential(1)}`;
}
