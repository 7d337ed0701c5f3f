/** @file Numbers on the screen. */
import { describe, expect, it } from "vitest";
import { printNumber, printNumberWithin } from "./number-text";

describe("numbers on the screen", () => {
  it("have four significant digits, a real minus, and an exponent where they are small or large", () => {
    expect([0, -0.01011, 60.43, 1240, -137832.12, 3.4e-9, 2.94e7].map(printNumber)).toEqual([
      "0",
      "−0.01011",
      "60.43",
      "1,240",
      "−137,832.1",
      "3.40e−9",
      "2.94e7",
    ]);
    expect([NaN, Infinity, -Infinity].map(printNumber)).toEqual(["NaN", "Inf", "−Inf"]);
  });

  it("take an exponent too where they would not fit", () => {
    expect(printNumberWithin(-137832.12, 9)).toBe("−1.38e5");
    expect(printNumberWithin(-20472.6, 9)).toBe("−20,472.6");
    expect(printNumberWithin(0.5, 9)).toBe("0.5000");
  });
});
