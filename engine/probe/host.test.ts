/** @file Host statistics, histograms and previews. */
import { describe, expect, test } from "vitest";
import { tensorData } from "../ir/tensor";
import { histogram } from "./histogram";
import { hostStatistics } from "./host-statistics";
import { preview } from "./preview";

describe("hostStatistics", () => {
  test("counts zeros, NaN and infinities, and takes rms, max and mean", () => {
    const s = hostStatistics([3, -4, 0, 0]);
    expect(s).toEqual({ rms: 2.5, max: 4, mean: -0.25, zeros: 2, nan: 0, inf: 0 });
    expect(hostStatistics([NaN, Infinity, 1])).toMatchObject({ rms: NaN, nan: 1, inf: 1 });
  });

  test("neither overflows nor vanishes where squares would", () => {
    expect(hostStatistics([1e300, 1e300]).rms).toBeCloseTo(1e300, -290);
    expect(hostStatistics([1e-200]).rms).toBe(1e-200);
  });
});

describe("histogram", () => {
  test("counts each number once, by sign and magnitude", () => {
    const { low, high, bins } = histogram([-100, -1, 0, 1, 100, NaN]);
    expect([low, high]).toEqual([0, 3]);
    expect(bins.reduce((a, b) => a + b)).toBe(5);
    expect(bins[32]).toBe(1);
    expect(bins[33]).toBe(1);
    expect(bins[30]).toBe(1);
    const mirrored = histogram([100, 1, -1, -100]).bins;
    for (let i = 0; i < 31; i++) expect(mirrored[30 - i]).toBe(mirrored[33 + i]);
  });

  test("puts infinities outermost and what is ten decades down near zero", () => {
    const { bins } = histogram([Infinity, -Infinity, 1, -1e-12]);
    expect(bins[63]).toBe(1);
    expect(bins[0]).toBe(1);
    expect(bins[31]).toBe(1);
  });
});

describe("preview", () => {
  test("keeps a small tensor whole", () => {
    const p = preview(tensorData("float32", [2, 3], [1, 2, 3, 4, 5, 6]), 10);
    expect(p).toEqual({ shape: [2, 3], strides: [1, 1], data: Float64Array.of(1, 2, 3, 4, 5, 6) });
  });

  test("thins the widest dimension and takes the right elements", () => {
    const p = preview(tensorData("float32", [2, 4], [0, 1, 2, 3, 10, 11, 12, 13]), 4);
    expect(p).toEqual({ shape: [2, 2], strides: [1, 2], data: Float64Array.of(0, 2, 10, 12) });
  });

  test("gives a scalar as it is", () => {
    expect(preview(tensorData("float32", [], [7]), 1).data).toEqual(Float64Array.of(7));
  });
});
