/** @file The style of an edge is its state: what is wrong now is never drawn as old. */
import { describe, expect, it } from "vitest";
import { defaultWindow, numbersPerStyle, selectedFlag, staleFlag, writeStyle, type EdgeView } from "./edge-style";

const settings = { mode: "magnitude", window: defaultWindow, theme: "dark", explodingRms: 1e3, vanishingRms: 1e-7 } as const; // prettier-ignore
const flowing: EdgeView = {
  statistics: { rms: 1, max: 2, mean: 0.5, zeros: 0, nan: 0, inf: 0, count: 10 },
  updateRatio: null,
  selected: true,
  stale: true,
  typeError: false,
};

function flagsOf(view: EdgeView): number | undefined {
  const style = new Float32Array(numbersPerStyle);
  writeStyle(style, 0, view, settings);
  return style[3];
}

describe("an edge whose numbers are old", () => {
  it("is drawn as old", () => {
    expect(flagsOf(flowing)).toBe(selectedFlag + staleFlag);
  });

  it("keeps the colour of an error that it has now", () => {
    expect(flagsOf({ ...flowing, typeError: true })).toBe(selectedFlag);
  });
});
