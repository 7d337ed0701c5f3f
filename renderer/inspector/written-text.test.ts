import { writtenFields } from "@chainrule/engine/analysis";
import { attribute } from "../../engine/ir/attribute";
import { describe, expect, it } from "vitest";
import { printWritten, problemOf, readName, readWritten, stepped } from "./written-text";

const shape = attribute.shape();

describe("a line of text for an attribute", () => {
  it.each(["[64, 3]", "64, 3", "64 3", "[64, 3"])("takes %s as a list", (written) => {
    expect(readWritten("size", shape, written)).toEqual({ value: [64, 3] });
  });

  it("reads back what it printed", () => {
    for (const value of [[], [64, 3]]) expect(readWritten("size", shape, printWritten(value))).toEqual({ value });
    expect(readWritten("path", attribute.text(), printWritten("[1"))).toEqual({ value: "[1" });
  });

  it.each(["1e", "--", "[1, -", "wide", "64x3", "[[1], 2]", "-1", '"a"', "{}"])(
    "names what is wrong with %s instead of throwing or guessing",
    (written) => {
      const read = readWritten("size", shape, written);
      expect(read).not.toHaveProperty("value");
      expect("problem" in read && read.problem).toContain("size");
    },
  );

  it("finds a stored value that is no list, and prints it as it is", () => {
    expect(problemOf("size", shape, "64 by 3")).toContain('"64 by 3"');
    expect(printWritten("64 by 3")).toBe("64 by 3");
    expect(problemOf("size", shape, [64, 3])).toBeNull();
  });
});

const steps = attribute.int({ min: 0, max: 10 });

describe("a written number", () => {
  it.each([
    ["7", 7],
    ["−0.5", -0.5],
    ["1e-6", 1e-6],
    [" 3 ", 3],
    ["Infinity", "Infinity"],
  ])("takes %s", (written, value) => {
    expect(readWritten("lr", attribute.float(), written)).toEqual({ value });
  });

  it.each(["abc", "0,5", "1 2", "2.5", "-1", "11", "Infinity", ""])(
    "says why a number of steps is not %j",
    (written) => {
      const read = readWritten("steps", steps, written);
      expect(read).not.toHaveProperty("value");
      expect("problem" in read && read.problem).toMatch(/^steps is .*, expected an integer from 0 to 10\./);
    },
  );

  it("is null or the default where the line is empty", () => {
    expect(readWritten("dim", attribute.intOrNull(), "")).toEqual({ value: null });
    expect(readWritten("p", attribute.float({ default: 0.5 }), " ")).toEqual({ value: 0.5 });
  });

  it("is refused where a file could not hold it", () => {
    for (const written of ["Infinity", "NaN", "1e999"])
      expect(readWritten("lr", writtenFields.lr, written)).not.toHaveProperty("value");
    expect(readWritten("lr", writtenFields.lr, "")).toEqual({ value: null });
  });
});

describe("a step of a number", () => {
  const float = attribute.float();
  it("is a tenth of the leading digit's place, and one for whole numbers", () => {
    expect(stepped(float, 1e-3, 1)).toBe(1.1e-3);
    expect(stepped(float, 7, -1)).toBe(6);
    expect(stepped(float, 0, 1)).toBe(0.1);
    expect(stepped(steps, 0, 1)).toBe(1);
    expect(stepped(attribute.int(), 123_456_789, 1)).toBe(133_456_789);
  });

  it("stops at the limits", () => {
    expect(stepped(steps, 9, 5)).toBe(10);
    expect(stepped(steps, 1, -5)).toBe(0);
    expect(stepped(attribute.float({ min: 0, max: 1 }), 0.9, 10)).toBe(1);
  });
});

it("takes any name but an empty one", () => {
  expect(readName(" ReLU network ")).toEqual({ value: "ReLU network" });
  expect(readName("  ")).toHaveProperty("problem");
});
