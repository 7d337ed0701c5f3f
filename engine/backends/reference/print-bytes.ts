/** @file Bytes as people read them. */

/** "1.5 GB": three digits at most, in powers of 1000. */
export function printBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power] ?? ""}`;
}
