/** @file The registry: what it collects, and that every declaration is complete. */
import { describe, expect, it } from "vitest";
import { parseAttributes } from "../ir/attribute";
import * as families from "./families";
import { opNamed, ops } from "./registry";

describe("the op registry", () => {
  it("names each op by its export", () => {
    expect(opNamed("add")).toBe(families.add);
    expect(families.matmul.opName).toBe("matmul");
    expect(opNamed("toString")).toBeUndefined();
  });

  it("keeps primitives few", () => {
    const primitives = [...ops.values()].filter((op) => op.rules.compute.kind !== "composite");
    expect(primitives.length).toBeLessThan(60);
  });
});

describe.each([...ops])("%s", (name, op) => {
  it("is described and has samples that parse", () => {
    const { summary, formula, gradientFormula, label, glyph } = op.signature;
    for (const text of [summary, formula, gradientFormula, label, glyph]) expect(text, name).not.toBe("");
    expect(op.rules.samples.length).toBeGreaterThan(0);
    for (const sample of op.rules.samples) {
      expect(sample.operands.length).toBe(op.signature.operands.length);
      parseAttributes(op.signature.attributes, sample.attributes ?? {});
    }
  });

  it("has a gradient rule per operand, or inherits as a composite", () => {
    const { gradients, compute } = op.rules;
    if (gradients === "inherit") expect(compute.kind).toBe("composite");
    else expect(Object.keys(gradients).sort()).toEqual(op.signature.operands.map((o) => o.name).sort());
  });

  it("shows only what it has as its chip", () => {
    const { chip, operands, attributes } = op.signature;
    const names = [...Object.keys(attributes), ...operands.filter((o) => o.scalar).map((o) => o.name)];
    if (chip !== undefined) expect(names).toContain(chip);
  });
});
