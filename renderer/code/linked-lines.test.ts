/** @file Which node a line of code means, and in which order linked lines are printed. */
import { describe, expect, it } from "vitest";
import { nodeAt, printLines } from "./linked-lines";

const code = {
  text: "",
  lines: [
    { node: "g/f", start: 13, end: 24 },
    { node: "g/f", start: 38, end: 38 },
    { node: "h/inner", start: 17, end: 17 },
  ],
};

describe("lines of code linked with nodes", () => {
  it("a line means the node of the smallest range around it", () => {
    expect(nodeAt(code, 17)).toBe("h/inner");
    expect(nodeAt(code, 14)).toBe("g/f");
    expect(nodeAt(code, 1)).toBeNull();
  });

  it("are printed in order, ranges inside others left out", () => {
    expect(printLines(code.lines, "and")).toBe("13–24 and 38");
    expect(printLines([{ start: 3, end: 3 }], "and")).toBe("3");
    expect(printLines([], "and")).toBe("");
  });
});
