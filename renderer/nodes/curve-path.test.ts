/** @file The curve in a node's picture. */
import { describe, expect, it } from "vitest";
import { curvePath } from "./curve-path";

describe("the curve of a node", () => {
  it("fits its numbers and zero into the box", () => {
    expect(curvePath([0, 1, -1], 20, 14)).toEqual({
      path: "M0.0,7.0L10.0,2.0L20.0,12.0",
      area: "M0.0,7.0L0.0,7.0L10.0,2.0L20.0,12.0L20.0,7.0Z",
      zero: 7,
    });
  });

  it("breaks where a number is not finite, instead of passing through zero", () => {
    const { path, area } = curvePath([1, NaN, 1, 1, Infinity], 40, 14);
    expect(path).toBe("M0.0,2.0M20.0,2.0L30.0,2.0");
    expect(area.match(/Z/g)).toHaveLength(2);
  });

  it("draws nothing of no finite number", () => {
    expect(curvePath([NaN, Infinity], 20, 14).path).toBe("");
  });
});
