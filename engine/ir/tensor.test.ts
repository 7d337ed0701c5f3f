/** @file Rounding of results and conversion of numbers to a dtype. */
import { describe, expect, it } from "vitest";
import type { DType } from "./dtype";
import { convertTo, roundTo } from "./tensor";

describe("a result", () => {
  it.each<readonly [DType, number, number]>([
    ["int32", 2 ** 31, -(2 ** 31)],
    ["int32", -1.5, -1],
    ["int64", 2 ** 32 + 1, 2 ** 32 + 1],
    ["int64", 2 ** 63, -(2 ** 63)],
    ["int64", -0, 0],
    ["int64", NaN, 0],
    ["float32", 0.1, Math.fround(0.1)],
    ["bool", NaN, 1],
  ])("of %s: %d becomes %d", (dtype, value, expected) => {
    expect(roundTo(dtype, value)).toBe(expected);
  });
});

describe("a float converted", () => {
  it.each<readonly [DType, number, number]>([
    ["int32", 3e9, 2 ** 31 - 1],
    ["int32", -Infinity, -(2 ** 31)],
    ["int32", NaN, 0],
    ["int32", -2.9, -2],
    ["int64", 1e30, 2 ** 63],
    ["int64", NaN, 0],
    ["int64", -0.5, 0],
    ["float32", 1e40, Infinity],
  ])("to %s: %d becomes %d", (dtype, value, expected) => {
    expect(convertTo(dtype, value)).toBe(expected);
  });
});
