/** @file Where an axis has its ticks. */
import { describe, expect, it } from "vitest";
import { ticksOf } from "./axis-ticks";

const labels = (low: number, high: number, most: number): string[] =>
  ticksOf(low, high, most).map(({ label }) => label);

describe("ticks of an axis", () => {
  it("are parts of π where the range is a turn", () => {
    expect(labels(-Math.PI, Math.PI, 5)).toEqual(["−π", "−π/2", "0", "π/2", "π"]);
    expect(labels(0, 2 * Math.PI, 3)).toEqual(["0", "π", "2π"]);
  });

  it("are round numbers elsewhere", () => {
    expect(labels(-1.2, 1.2, 4)).toEqual(["−1", "0", "1"]);
    expect(labels(0, 0.035, 4)).toEqual(["0", "0.01", "0.02", "0.03"]);
    expect(labels(-300, 1200, 4)).toEqual(["0", "500", "1,000"]);
  });

  it("are none where there is no range", () => {
    expect(labels(1, 1, 4)).toEqual([]);
    expect(labels(0, Infinity, 4)).toEqual([]);
  });
});
