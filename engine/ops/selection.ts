/** @file Choosing by a mask: where, maskedFill, maskedAssign. */
import { defineOp } from "../ir/define-op";
import { notDifferentiable, operand, scalarOperand } from "../ir/op";
import { refuse } from "../ir/refusal";
import { sameShape } from "../ir/shape";
import type { TensorType } from "../ir/tensor";
import { to } from "./identity";
import { broadcastOf, promotedType, requireBool, tensorType } from "./output-types";
import { drawn, given, kink, sample } from "./samples";

const chooses = notDifferentiable("the condition only chooses; it does not change smoothly");

export const where = defineOp({
  operands: [operand("condition"), scalarOperand("input"), scalarOperand("other")],
  attributes: {},
  summary: "Takes the first where the condition is true, the second elsewhere.",
  formula: "y = \\begin{cases} a & c \\\\ b & \\lnot c \\end{cases}",
  gradientFormula: "\\bar a = [c]\\, \\bar y, \\quad \\bar b = [\\lnot c]\\, \\bar y",
  category: "comparison",
  label: "Where",
  glyph: "?:",
  search: ["select", "choose", "ternary", "if else", "mask"],
}).rules({
  type: ({ operands: { condition, input, other } }) => {
    requireBool("condition", condition);
    const { dtype } = promotedType({ input, other });
    return tensorType(dtype, broadcastOf({ condition, input, other }));
  },
  compute: {
    kind: "pointwise",
    promotion: "none",
    expression: (s, { condition, input, other }, { out }) =>
      s.call("select", condition, s.convert(input, out.dtype), s.convert(other, out.dtype)),
  },
  gradients: {
    condition: chooses,
    input: ({ grad, operands }) => where(operands.condition, grad, 0),
    other: ({ grad, operands }) => where(operands.condition, 0, grad),
  },
  torch: { python: "torch.where({condition}, {input}, {other})" },
  samples: [
    sample([given([1, 0, 1, 0, 0, 1], [2, 3], "bool"), drawn([2, 3]), drawn([2, 3], -2, 2, 2)]),
    sample([given([1, 0], [2, 1], "bool"), drawn([3]), drawn([], -2, 2, 2)]),
    sample([given([1, 0, 1], [3], "bool"), drawn([3]), 0]),
    sample([given([1, 0, 1], [3], "bool"), 1, drawn([3])]),
    sample([given([1, 0, 1], [3], "bool"), 0.1, drawn([3], -2, 2, 1, "float64")]),
    sample([given([], [0, 3], "bool"), drawn([3]), drawn([1], -2, 2, 2)]),
    sample([given([1, 0, 1], [3], "bool"), given([1, 2, 3], [3], "int64"), given([4, 5, 6], [3], "int64")]),
    kink([given([1, 0], [2], "bool"), given([1, NaN]), given([Infinity, 2])]),
  ],
});

/** A fill never changes the shape or the dtype of what it fills. */
function filledType(input: TensorType, others: Readonly<Record<string, TensorType>>): TensorType {
  const shape = broadcastOf({ input, ...others });
  if (!sameShape(shape, input.shape)) refuse("shape.expand", { from: shape, to: input.shape });
  return { dtype: input.dtype, shape };
}

export const maskedFill = defineOp({
  operands: [operand("input"), operand("mask"), scalarOperand("value", 0)],
  attributes: {},
  summary: "A copy with the elements under the mask set to one number.",
  formula: "y = \\begin{cases} v & m \\\\ x & \\lnot m \\end{cases}",
  gradientFormula: "\\bar x = [\\lnot m]\\, \\bar y, \\quad \\bar v = \\textstyle\\sum [m]\\, \\bar y",
  category: "comparison",
  label: "MaskedFill",
  glyph: "▨",
  chip: "value",
  search: ["mask", "fill", "set where"],
}).rules({
  type: ({ operands: { input, mask, value } }) => {
    requireBool("mask", mask);
    if (value.shape.length > 0) refuse("rank.mismatch", { operand: "value", shape: value.shape, expected: "a scalar" });
    return { dtype: input.dtype, shape: broadcastOf({ input, mask }) };
  },
  compute: {
    kind: "composite",
    body: ({ input, mask, value }, { out }) => where(mask, to(value, { dtype: out.dtype }), input),
  },
  gradients: "inherit",
  torch: { python: "{input}.masked_fill({mask}, {value})" },
  gradFn: ({ operands: { value } }) => (value.weak === true ? "MaskedFillBackward0" : "MaskedFillBackward1"),
  samples: [
    sample([drawn([2, 3]), given([1, 0, 1, 0, 0, 1], [2, 3], "bool"), -5]),
    sample([drawn([2, 3]), given([1, 0, 1], [3], "bool"), 0.5]),
    sample([drawn([3], -2, 2, 1, "float64"), given([1, 0, 1], [3], "bool"), 0.1]),
    sample([drawn([3]), given([1, 0, 1], [3], "bool"), drawn([], -2, 2, 3)]),
    sample([given([1, 2, 3], [3], "int64"), given([0, 0, 1], [3], "bool"), 7]),
    sample([drawn([0, 2]), given([1, 0], [2], "bool"), 1]),
    sample([drawn([3]), given([0, 1], [2, 1], "bool"), 1]),
  ],
});

export const maskedAssign = defineOp({
  operands: [operand("input"), operand("mask"), scalarOperand("value", 0)],
  attributes: {},
  summary: "A copy with the elements under the mask taken from a second tensor, as x[mask] = value does in place.",
  formula: "y = \\begin{cases} v & m \\\\ x & \\lnot m \\end{cases}",
  gradientFormula: "\\bar x = [\\lnot m]\\, \\bar y, \\quad \\bar v = [m]\\, \\bar y",
  category: "comparison",
  label: "MaskedAssign",
  glyph: "x[m]",
  chip: "value",
  search: ["mask", "assign", "index_put", "set where"],
}).rules({
  type: ({ operands: { input, mask, value } }) => {
    requireBool("mask", mask);
    return filledType(input, { mask, value });
  },
  compute: {
    kind: "composite",
    body: ({ input, mask, value }, { out }) => where(mask, to(value, { dtype: out.dtype }), input),
  },
  gradients: "inherit",
  torch: { python: "torch.where({mask}, {value}, {input}).to({input}.dtype)" },
  gradFn: "WhereBackward0",
  samples: [
    sample([drawn([2, 3]), given([1, 0, 1, 0, 0, 1], [2, 3], "bool"), drawn([2, 3], -2, 2, 2)]),
    sample([drawn([2, 3]), given([1, 0, 1], [3], "bool"), drawn([2, 1], -2, 2, 2)]),
    sample([drawn([3]), given([1, 0, 1], [3], "bool"), 0]),
  ],
});
