import { attribute } from "../../engine/ir/attribute";
import { describe, expect, it } from "vitest";
import { printAttribute, problemOf, readAttribute } from "./attribute-text";

const shape = attribute.shape();

describe("a line of text for an attribute", () => {
  it.each(["[64, 3]", "64, 3", "64 3", "[64, 3"])("takes %s as a list", (written) => {
    expect(readAttribute("size", shape, written)).toEqual({ value: [64, 3] });
  });

  it("reads back what it printed", () => {
    for (const value of [[], [64, 3]]) expect(readAttribute("size", shape, printAttribute(value))).toEqual({ value });
    expect(readAttribute("path", attribute.text(), printAttribute("[1"))).toEqual({ value: "[1" });
  });

  it.each(["1e", "--", "[1, -", "wide", "64x3", "[[1], 2]", "-1", '"a"', "{}"])(
    "names what is wrong with %s instead of throwing or guessing",
    (written) => {
      const read = readAttribute("size", shape, written);
      expect(read).not.toHaveProperty("value");
      expect("problem" in read && read.problem).toContain("size");
    },
  );

  it("finds a stored value that is no list, and prints it as it is", () => {
    expect(problemOf("size", shape, "64 by 3")).toContain('"64 by 3"');
    expect(printAttribute("64 by 3")).toBe("64 by 3");
    expect(problemOf("size", shape, [64, 3])).toBeNull();
  });
});
