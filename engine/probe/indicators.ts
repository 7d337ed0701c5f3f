/** @file Where elements are NaN or infinite: ops of the probe alone, because `x ≠ x` is not safe on every GPU. */
import { defineOp } from "../ir/define-op";
import { notDifferentiable, operand, type Op } from "../ir/op";

const operands = [operand("input")] as const;

function indicator(fn: "isNan" | "isInf", python: string): Op<typeof operands, Record<never, never>> {
  return defineOp({
    operands,
    attributes: {},
    summary: `True where an element is ${fn === "isNan" ? "NaN" : "infinite"}.`,
    formula: `y = [x \\text{ is ${fn === "isNan" ? "NaN" : "infinite"}}]`,
    gradientFormula: "\\text{none}",
    category: "comparison",
    label: fn,
    glyph: fn === "isNan" ? "NaN" : "∞",
  }).rules({
    type: ({ operands: { input } }) => ({ dtype: "bool", shape: input.shape }),
    compute: { kind: "pointwise", promotion: "none", expression: (s, { input }) => s.call(fn, input) },
    gradients: { input: notDifferentiable("its result is true or false") },
    torch: { python },
    samples: [],
  });
}

export const isNan = indicator("isNan", "torch.isnan({input})");
export const isInf = indicator("isInf", "torch.isinf({input})");
