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
});
