/** @file The curve of a value of rank 1, as SVG paths. */

interface Curve {
  /** The line; it breaks where a number is not finite. */
  readonly path: string;
  /** What lies between the line and zero. */
  readonly area: string;
  /** Where zero is, px from the top. */
  readonly zero: number;
}

/** Fits the numbers and zero into a box of this size, px, two of them kept free above and below. */
export function curvePath(data: ArrayLike<number>, width: number, height: number): Curve {
  const numbers = Array.from(data);
  const finite = numbers.filter(Number.isFinite);
  const low = finite.reduce((least, y) => Math.min(least, y), 0);
  const high = finite.reduce((most, y) => Math.max(most, y), 0);
  const span = high - low || 1;
  const top = (y: number): string => (2 + (1 - (y - low) / span) * (height - 4)).toFixed(1);
  const left = (i: number): string => ((i / Math.max(numbers.length - 1, 1)) * width).toFixed(1);
  const zero = top(0);
  let [path, area, begin] = ["", "", ""];
  numbers.forEach((y, i) => {
    if (!Number.isFinite(y)) return;
    const at = `${left(i)},${top(y)}`;
    const [begins, ends] = [!Number.isFinite(numbers[i - 1]), !Number.isFinite(numbers[i + 1])];
    if (begins) begin = left(i);
    path += `${begins ? "M" : "L"}${at}`;
    area += `${begins ? `M${begin},${zero}` : ""}L${at}${ends ? `L${left(i)},${zero}Z` : ""}`;
  });
  return { path, area, zero: Number(zero) };
}
