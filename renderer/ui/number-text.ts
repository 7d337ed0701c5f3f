/** @file Numbers as the screen prints them: four significant digits, a real minus, 1e−4 and below as 3.40e−9. */

function withMinus(text: string): string {
  return text.replace(/-/g, "−");
}

/** 1,240 · 60.43 · 0.3476 · 3.40e−9 · NaN · Inf. */
export function printNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "−Inf";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e7) return withMinus(value.toExponential(2).replace("e+", "e"));
  if (Number.isInteger(value)) return withMinus(value.toLocaleString("en-US"));
  if (size >= 1000)
    return withMinus(value.toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 }));
  return withMinus(value.toPrecision(4));
}

/** The same in at most so many letters: −1.38e5 where −137,832.1 has no room. */
export function printNumberWithin(value: number, letters: number): string {
  const whole = printNumber(value);
  return whole.length <= letters ? whole : withMinus(value.toExponential(2).replace("e+", "e"));
}

/** 111,210 · 15.4 M · 2.1 G. */
export function printCount(count: number): string {
  if (count < 1e6) return Math.round(count).toLocaleString("en-US");
  return count < 1e9 ? `${(count / 1e6).toPrecision(3)} M` : `${(count / 1e9).toPrecision(3)} G`;
}

/** [64, 3]; a scalar is [ ]. */
export function printExtents(shape: readonly number[]): string {
  return shape.length === 0 ? "[ ]" : `[${shape.join(", ")}]`;
}

/** 2,000 B · 8.0 kB · 2.1 MB. */
export function printBytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = count / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** 1.53 s · 240 ms · 2 min 5 s. */
export function printSeconds(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toPrecision(3)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
