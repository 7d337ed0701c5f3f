/** @file What the card of one op says of its gradient. */
import { describe, expect, it } from "vitest";
import { chainRuleTex, ruleFor } from "./chain-rule";

describe("the chain rule of a card", () => {
  it("adds where paths meet and sums where an operand was repeated", () => {
    expect(chainRuleTex({ name: "c", adds: true, sums: true })).toBe(
      "\\frac{\\partial L}{\\partial c} \\mathrel{+}= \\sum_n \\frac{\\partial L}{\\partial y_n} \\cdot \\frac{\\partial y_n}{\\partial c}",
    );
  });

  it("leaves out of TeX what a name could do there", () => {
    expect(chainRuleTex({ name: "}\\href{x}", adds: false, sums: false })).toContain("\\partial \\text{hrefx}");
  });

  it("gives each operand its own rule, in the names of what is wired", () => {
    const mul = "\\bar a = \\bar y \\, b, \\quad \\bar b = \\bar y \\, a";
    expect(ruleFor(mul, 0, ["c", "x²"])).toBe("\\bar {c} = \\bar y \\, {\\text{x²}}");
    expect(ruleFor(mul, 1, ["c", null])).toBe("\\bar b = \\bar y \\, {c}");
    expect(ruleFor("\\text{none}", 0, ["c"])).toBe("\\text{none}");
  });

  it("takes a sum or a product as one factor, under one bar", () => {
    const pow = "\\bar x = \\bar y \\, n x^{n-1}, \\quad \\bar n = \\bar y \\, x^n \\ln x";
    expect(ruleFor(pow, 0, ["ŷ − y", null])).toBe("\\overline{\\text{ŷ − y}} = \\bar y \\, n {(\\text{ŷ − y})}^{n-1}");
    expect(chainRuleTex({ name: "c·x²", adds: false, sums: false })).toContain("\\partial (\\text{c·x²})");
  });

  it("does not call an operand y, which is the output's name", () => {
    const sub = "\\bar a = \\bar y, \\quad \\bar b = -\\bar y";
    expect(ruleFor(sub, 1, ["ŷ", "y"])).toBe("\\bar {b} = -\\bar y");
    expect(chainRuleTex({ name: "y", adds: false, sums: false })).toContain("\\frac{\\partial y}{\\partial x}");
  });
});
