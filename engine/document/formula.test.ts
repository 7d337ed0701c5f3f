/** @file Formulas: what is read, what is refused, and that nothing hangs. */
import { describe, expect, it } from "vitest";
import { printMessage } from "../ir/diagnostic";
import { Refusal } from "../ir/refusal";
import { freeNames, parseFormula } from "./formula";

function problem(text: string): string {
  try {
    parseFormula(text);
  } catch (error) {
    if (error instanceof Refusal) return printMessage(error.code, error.parameters);
    throw error;
  }
  return "read";
}

describe("parseFormula", () => {
  it("reads arithmetic with Python's precedence", () => {
    const x = { kind: "name", name: "x" };
    const two = { kind: "number", value: 2, float: false };
    expect(parseFormula("-(x ** 2) + 2.0 * x")).toEqual({
      kind: "binary",
      operator: "+",
      left: { kind: "negate", of: { kind: "binary", operator: "**", left: x, right: two } },
      right: { kind: "binary", operator: "*", left: { ...two, float: true }, right: x },
    });
  });

  it("makes ** right-associative", () => {
    const formula = parseFormula("a ** b ** c");
    expect(formula.kind === "binary" && formula.right).toMatchObject({ kind: "binary", operator: "**" });
  });

  it("lists each free name once, without constants and ops", () => {
    expect(freeNames(parseFormula("0.5 * (5*x**3 - 3*x) + sin(y) * pi"))).toEqual(["x", "y"]);
  });

  it("reads attributes of a call", () => {
    expect(parseFormula("sum(x, { dims: [0, -1], keepdim: true })")).toEqual({
      kind: "call",
      op: "sum",
      operands: [{ kind: "name", name: "x" }],
      attributes: { dims: [0, -1], keepdim: true },
    });
  });

  it.each([
    ["-x ** 2", "ambiguous"],
    ["x +", "cannot read the formula"],
    ["", "empty"],
    ["x % 2", "operator %"],
    ["x > 0 ? 1 : 2", "ConditionalExpression"],
    ["import('fs')", "ops are called, by name|not arithmetic"],
    ["(() => 1)()", "only ops are called"],
    ["x.y", "MemberExpression"],
    ["process = 1", "AssignmentExpression"],
    ["`${x}`", "TemplateLiteral"],
    ["(".repeat(5000) + "x" + ")".repeat(5000), "nested too deeply|cannot read"],
    [new Array(3000).fill("x").join("+"), "parts|nested"],
    ["x".repeat(20000), "20000 characters"],
  ])("refuses %s", (text, expected) => {
    expect(problem(text)).toMatch(new RegExp(expected));
  });
});
