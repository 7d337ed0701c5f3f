/** @file Where an axis is marked: round numbers, or parts of π where the range is one of turns. */
import { printNumber } from "../ui/number-text";

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** A range that was sampled ends a little before its turn does. */
const near = (a: number, b: number): boolean => Math.abs(a - b) < 0.12;

function isTurn(low: number, high: number): boolean {
  return (near(low, -Math.PI) || near(low, 0)) && (near(high, Math.PI) || near(high, 2 * Math.PI));
}

/** The whole turns that a range is nearly; otherwise the range itself. */
export function wholeTurns(low: number, high: number): readonly [number, number] {
  const whole = (value: number): number => Math.round(value / Math.PI) * Math.PI;
  return isTurn(low, high) ? [whole(low), whole(high)] : [low, high];
}

const halves: Readonly<Record<number, string>> = {
  [-2]: "−π",
  [-1]: "−π/2",
  0: "0",
  1: "π/2",
  2: "π",
  3: "3π/2",
  4: "2π",
};

/** Marks inside low … high, at most about `most` of them. */
export function ticksOf(low: number, high: number, most: number): readonly Tick[] {
  if (isTurn(low, high)) {
    const from = Math.round((2 * low) / Math.PI);
    const to = Math.round((2 * high) / Math.PI);
    const every = to - from > most ? 2 : 1;
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
      .filter((half) => half % every === 0)
      .map((half) => ({ at: (half * Math.PI) / 2, label: halves[half] ?? "" }));
  }
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / Math.max(most, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const at = (first + i) * step;
    return {
      at,
      label: printNumber(Number(at.toPrecision(6)))
        .replace(/(\.\d*?)0+$/, "$1")
        .replace(/\.$/, ""),
    };
  });
}
