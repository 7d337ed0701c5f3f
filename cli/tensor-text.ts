/** @file Tensors as a command prints them. */
import type { TensorData } from "../engine/ir/tensor";
import { hostStatistics } from "../engine/probe/host-statistics";

/** More numbers than this are shortened unless --full is given. */
const mostNumbers = 1000;
const firstNumbers = 16;

/** `{shape, dtype, data}`, or with statistics and the first numbers in place of too many of them. */
export function tensorJson(tensor: TensorData, full: boolean): Readonly<Record<string, unknown>> {
  const { shape, dtype, data } = tensor;
  if (full || data.length <= mostNumbers) return { shape, dtype, data };
  const { rms, max, mean } = hostStatistics(data);
  return { shape, dtype, rms, max, mean, first: data.slice(0, firstNumbers) };
}

/** Six significant digits, without needless zeros. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

/** One line: `float32 [2, 3]  1 2 3 4 5 6`, cut after some numbers. */
export function tensorText({ shape, dtype, data }: TensorData, most = 8): string {
  const numbers = Array.from(data.slice(0, most), (x) => (dtype === "bool" ? String(x === 1) : numberText(x)));
  const rest = data.length > most ? ` … ${data.length - most} more` : "";
  return `${dtype} [${shape.join(", ")}]  ${numbers.join(" ")}${rest}`;
}
