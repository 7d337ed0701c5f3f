/** @file The curve of losses as events of runs and retrains add to it. */
import { describe, expect, it } from "vitest";
import { extendCurve, noLosses } from "./run-state";

describe("the curve of losses", () => {
  const curve = extendCurve(noLosses, [0, 1, 2], [9, 4, 1]);

  it("goes on at its end", () => {
    expect(extendCurve(curve, [3], [0.5])).toEqual({ steps: [0, 1, 2, 3], losses: [9, 4, 1, 0.5] });
  });

  it("begins anew where a run does, from the step that it begins at", () => {
    expect(extendCurve(curve, [0], [8])).toEqual({ steps: [0], losses: [8] });
    expect(extendCurve(curve, [2, 3], [2, 1])).toEqual({ steps: [0, 1, 2, 3], losses: [9, 4, 2, 1] });
  });

  it("stays where no step was left to make, as at the end of a drag that retrained all of them", () => {
    expect(extendCurve(curve, [], [])).toBe(curve);
  });
});
