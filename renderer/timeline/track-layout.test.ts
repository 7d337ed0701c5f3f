/** @file The track of a timeline: what a gradient's block says, and that it has room for it. */
import { describe, expect, it } from "vitest";
import type { Block, Timeline } from "./blocks";
import { blockWidth, gradientLabel, layOut } from "./track-layout";

const block = (kind: Block["kind"], contribution: number | null = null): Block => ({
  kind,
  node: "fc",
  path: [],
  entry: 0,
  inputs: [],
  contribution,
});

describe("a gradient's block", () => {
  it("says which parameter of a module it is, and where it adds up", () => {
    expect(gradientLabel(block("accumulate", 0), "fc1.weight")).toBe("weight");
    expect(gradientLabel(block("accumulate", 1), "fc1.bias")).toBe("bias +=");
    expect(gradientLabel(block("accumulate", 0), "a_very_long_parameter")).toBe("a_very_…");
  });

  it("is as wide as its words, and no other block moves onto it", () => {
    const blocks = [block("backward"), block("accumulate", 1), block("backward")];
    const { places } = layOut(blocks, { loss: null } as Timeline, { blockName: () => "fc1.weight" });
    const [first, gradient, last] = places;
    expect(first?.width).toBe(blockWidth);
    expect(gradient?.width).toBeGreaterThan("weight +=".length * 6.6);
    expect(last?.left).toBeGreaterThanOrEqual((gradient?.left ?? 0) + (gradient?.width ?? 0));
  });
});
