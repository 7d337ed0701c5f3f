/** @file Bounds of elements: clamp, minimum, maximum. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import { resultDType } from "../ir/dtype";
import { operand, scalarOperand } from "../ir/op";
import { refuse } from "../ir/refusal";
import type { Value } from "../ir/value";
import { div } from "./arithmetic";
import { eq, ge, le, logicalAnd, lt } from "./comparison";
import { promotedType, tensorType } from "./output-types";
import { binarySamples, drawn, given, kink, sample } from "./samples";
import { where } from "./selection";

export const clamp = defineOp({
  operands: [operand("input")],
  attributes: {
    min: attribute.floatOrNull({ default: null, summary: "The lower bound, or null for none." }),
    max: attribute.floatOrNull({ default: null, summary: "The upper bound, or null for none." }),
  },
  summary: "Limits each element to bounds; the gradient passes at a bound and stops beyond it.",
  formula: "y = \\min(\\max(x, a), b)",
  gradientFormula: "\\bar x = [a \\le x \\le b] \\, \\bar y",
  category: "pointwise",
  label: "Clamp",
  glyph: "⌈⌋",
  chip: "min",
  search: ["clip", "limit", "bound", "relu", "saturate"],
}).rules({
  type: ({ operands: { input }, attributes: { min, max } }) => {
    if (min === null && max === null) refuse("attribute.missing", { attribute: "min or max" });
    const bounds = [min, max].filter((bound) => bound !== null);
    const weak = bounds.map((bound) => ({
      dtype: Number.isInteger(bound) ? ("int64" as const) : ("float32" as const),
      shape: [],
      weak: true,
    }));
    return tensorType(resultDType([input, ...weak]), input.shape);
  },
  compute: {
    kind: "pointwise",
    promotion: "none",
    expression: (s, { input }, { attributes: { min, max }, out }) => {
      const x = s.convert(input, out.dtype);
      const low = min === null ? x : s.call("max", x, min);
      return max === null ? low : s.call("min", low, max);
    },
  },
  gradients: {
    input: ({ grad, operands: { input }, attributes: { min, max } }) => {
      const above = min === null ? null : ge(input, min);
      const below = max === null ? null : le(input, max);
      const inside = above && below ? logicalAnd(above, below) : (above ?? below);
      return inside ? where(inside, grad, 0) : grad;
    },
  },
  torch: { python: "{input}.clamp(min={min}, max={max})" },
  gradFn: "ClampBackward1",
  samples: [
    sample([drawn([3, 4])], { min: 0 }),
    sample([drawn([3, 4])], { min: -0.5, max: 0.5 }),
    sample([drawn([3, 4])], { max: 1 }),
    sample([drawn([0])], { min: 0 }),
    sample([drawn([])], { min: 0.25 }),
    sample([given([-3, 0, 5], [3], "int64")], { min: -1, max: 2 }),
    kink([given([0, -0, 1, -1, NaN, Infinity, -Infinity])], { min: 0, max: 1 }),
    kink([given([0, 1, 2])], { min: 1.5, max: 0.5 }),
    kink([given([0, 1, 2])], { min: 1, max: "NaN" }),
    kink([given([0, 1, 2])], { max: "Infinity" }),
  ],
});

/** The gradient of the chosen of two, half each where they are equal (PyTorch's maximum and minimum). */
function chosenBackward(grad: Value, x: Value, y: Value, loses: Value): Value {
  return where(loses, 0, where(eq(x, y), div(grad, 2), grad));
}

const ties = [
  kink([given([1, 2, 3]), given([1, 3, 2])]),
  kink([given([1, NaN, 2]), given([NaN, 1, 2])]),
  sample([given([1, 5], [2], "int64"), given([3, 2], [2], "int64")]),
];
const pair = [scalarOperand("input"), scalarOperand("other")] as const;

export const maximum = defineOp({
  operands: pair,
  attributes: {},
  summary: "The larger of two, element by element; equal ones share the gradient.",
  formula: "y = \\max(a, b)",
  gradientFormula: "\\bar a = \\bar y \\, ([a > b] + \\tfrac12 [a = b])",
  category: "pointwise",
  label: "Maximum",
  glyph: "max",
  search: ["max of two", "larger", "relu"],
}).rules({
  type: ({ operands }) => promotedType(operands),
  compute: {
    kind: "pointwise",
    promotion: "same",
    expression: (s, { input, other }) => s.call("max", input, other),
  },
  gradients: {
    input: ({ grad, operands: { input, other } }) => chosenBackward(grad, input, other, lt(input, other)),
    other: ({ grad, operands: { input, other } }) => chosenBackward(grad, other, input, lt(other, input)),
  },
  torch: { python: "torch.maximum({input:tensor}, {other:tensor})" },
  samples: [...binarySamples(), ...ties],
});

export const minimum = defineOp({
  operands: pair,
  attributes: {},
  summary: "The smaller of two, element by element; equal ones share the gradient.",
  formula: "y = \\min(a, b)",
  gradientFormula: "\\bar a = \\bar y \\, ([a < b] + \\tfrac12 [a = b])",
  category: "pointwise",
  label: "Minimum",
  glyph: "min",
  search: ["min of two", "smaller"],
}).rules({
  type: ({ operands }) => promotedType(operands),
  compute: {
    kind: "pointwise",
    promotion: "same",
    expression: (s, { input, other }) => s.call("min", input, other),
  },
  gradients: {
    input: ({ grad, operands: { input, other } }) => chosenBackward(grad, input, other, lt(other, input)),
    other: ({ grad, operands: { input, other } }) => chosenBackward(grad, other, input, lt(input, other)),
  },
  torch: { python: "torch.minimum({input:tensor}, {other:tensor})" },
  samples: [...binarySamples(), ...ties],
});
