/** @file The same numbers again: clone, detach, to. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import { notDifferentiable, operand, scalarOperand } from "../ir/op";
import { currentRecorder } from "../ir/recorder";
import { drawn, given, kink, sample } from "./samples";

export const clone = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "A copy of its own; the gradient passes through.",
  formula: "y = x",
  gradientFormula: "\\bar x = \\bar y",
  category: "view",
  label: "Clone",
  glyph: "⧉",
  search: ["copy", "duplicate"],
}).rules({
  type: ({ operands: { input } }) => ({ dtype: input.dtype, shape: input.shape }),
  compute: { kind: "view", view: () => ({ kind: "identity" }) },
  gradients: { input: ({ grad }) => grad },
  torch: { python: "{input}.clone()" },
  samples: [sample([drawn([2, 3])]), sample([drawn([])]), sample([given([1, 2], [2], "int64")])],
});

export const detach = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "The same tensor, through which no gradient passes.",
  formula: "y = x",
  gradientFormula: "\\text{none}",
  category: "gradient",
  label: "Detach",
  glyph: "∦",
  search: ["stop gradient", "cut", "no grad"],
  shares: true,
}).rules({
  type: ({ operands: { input } }) => ({ dtype: input.dtype, shape: input.shape }),
  compute: { kind: "composite", body: ({ input }) => currentRecorder().detach(input) },
  gradients: { input: notDifferentiable("detach is there to stop the gradient") },
  torch: { python: "{input}.detach()" },
  samples: [sample([drawn([2, 3])]), sample([given([1, 2], [2], "int64")])],
});

export const to = defineOp({
  operands: [scalarOperand("input")],
  attributes: { dtype: attribute.dtype({ default: "float32" }) },
  summary: "Converts to another dtype; floats lose their fraction on the way to integers.",
  formula: "y = \\operatorname{cast}(x)",
  gradientFormula: "\\bar x = \\operatorname{cast}(\\bar y)",
  category: "view",
  label: "To",
  glyph: "→",
  chip: "dtype",
  search: ["cast", "convert", "type", "float", "double", "long", "int", "bool"],
  shares: true,
}).rules({
  type: ({ operands: { input }, attributes: { dtype } }) => ({ dtype, shape: input.shape }),
  compute: {
    kind: "pointwise",
    promotion: "none",
    expression: (s, { input }, { out }) =>
      out.dtype === "bool" && input.type !== "bool" ? s.call("ne", input, 0) : s.convert(input, out.dtype),
  },
  gradients: { input: ({ grad, operands }) => to(grad, { dtype: operands.input.type.dtype }) },
  torch: { python: "{input}.to({dtype})" },
  gradFn: "ToCopyBackward0",
  samples: [
    sample([drawn([2, 3])], { dtype: "float64" }),
    // Rounding to float32 is a staircase.
    kink([{ ...drawn([2, 3]), dtype: "float64" }], { dtype: "float32" }),
    sample([given([1.5, -1.5, 2.9, 0])], { dtype: "int64" }),
    sample([given([1.5, -1.5, 2.9, 0])], { dtype: "int32" }),
    sample([given([0.5, 0, -0, NaN])], { dtype: "bool" }),
    sample([given([0, 1, 1], [3], "bool")], { dtype: "float32" }),
    sample([given([3, -4], [2], "int64")], { dtype: "float32" }),
    sample([given([], [0])], { dtype: "int64" }),
  ],
});
