/** @file Activations: relu, sigmoid, tanh, softmax, logSoftmax. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import { operand } from "../ir/op";
import { elementCount, normalizeDim } from "../ir/shape";
import { div, mul, sub } from "./arithmetic";
import { le } from "./comparison";
import { exp, log } from "./elementary";
import { clone, detach } from "./identity";
import { numericType, promotedFloatType, requireFloat } from "./output-types";
import { amax, sum } from "./reduction";
import { drawn, given, kink, sample, unarySamples } from "./samples";
import { where } from "./selection";

const input = [operand("input")] as const;

export const relu = defineOp({
  operands: input,
  attributes: {},
  summary: "Passes positive elements and sets the others to 0; its gradient at 0 is 0.",
  formula: "y = \\max(x, 0)",
  gradientFormula: "\\bar x = [x > 0] \\, \\bar y",
  category: "activation",
  label: "ReLU",
  glyph: "⟋",
  search: ["rectifier", "rectified linear", "max zero"],
}).rules({
  type: ({ operands }) => numericType(operands),
  compute: { kind: "pointwise", promotion: "same", expression: (s, { input: x }) => s.call("max", x, 0) },
  gradients: { input: ({ grad, out }) => where(le(out, 0), 0, grad) },
  torch: { python: "torch.relu({input})" },
  gradFn: "ReluBackward0",
  samples: [...unarySamples(-2, 2, [0, -0, 1, -1, NaN, Infinity]), sample([given([-3, 0, 2], [3], "int64")])],
});

export const sigmoid = defineOp({
  operands: input,
  attributes: {},
  summary: "Squashes each element into 0 … 1.",
  formula: "y = \\frac{1}{1 + e^{-x}}",
  gradientFormula: "\\bar x = \\bar y \\, y (1 - y)",
  category: "activation",
  label: "Sigmoid",
  glyph: "σ",
  search: ["logistic", "squash", "probability"],
}).rules({
  type: ({ operands }) => promotedFloatType(operands),
  compute: { kind: "pointwise", promotion: "float", expression: (s, { input: x }) => s.call("sigmoid", x) },
  gradients: { input: ({ grad, out }) => mul(mul(grad, sub(1, out)), out) },
  torch: { python: "torch.sigmoid({input})" },
  samples: [...unarySamples(-4, 4, [0, 100, -100, Infinity, -Infinity, NaN])],
});

export const tanh = defineOp({
  operands: input,
  attributes: {},
  summary: "Squashes each element into −1 … 1.",
  formula: "y = \\tanh x",
  gradientFormula: "\\bar x = \\bar y \\, (1 - y^2)",
  category: "activation",
  label: "Tanh",
  glyph: "tanh",
  search: ["hyperbolic tangent", "squash"],
}).rules({
  type: ({ operands }) => promotedFloatType(operands),
  compute: { kind: "pointwise", promotion: "float", expression: (s, { input: x }) => s.call("tanh", x) },
  gradients: { input: ({ grad, out }) => mul(grad, sub(1, mul(out, out))) },
  torch: { python: "torch.tanh({input})" },
  samples: [...unarySamples(-3, 3, [0, 1e-6, 20, -20, Infinity, NaN])],
});

const dim = attribute.int({ default: -1, summary: "The dimension whose elements sum to 1." });

const softmaxSamples = [
  sample([drawn([2, 3])], { dim: 1 }),
  sample([drawn([2, 3, 4])], { dim: 1 }),
  sample([drawn([5])]),
  sample([drawn([])], { dim: 0 }),
  sample([drawn([0, 3])], { dim: 1 }),
  sample([drawn([2, 0])], { dim: 1 }),
  kink([given([1000, 1001, 999, -1000, -1000, -1000], [2, 3])], { dim: 1 }),
  kink([given([-Infinity, 0, 1])], { dim: 0 }),
];

export const softmax = defineOp({
  operands: input,
  attributes: { dim },
  summary: "Turns the elements of a dimension into probabilities that sum to 1.",
  formula: "y_i = \\frac{e^{x_i}}{\\sum_j e^{x_j}}",
  gradientFormula: "\\bar x = y \\odot (\\bar y - \\textstyle\\sum_j \\bar y_j y_j)",
  category: "activation",
  label: "Softmax",
  glyph: "smax",
  chip: "dim",
  search: ["probabilities", "normalize", "attention"],
}).rules({
  type: ({ operands: { input: x }, attributes }) => {
    requireFloat("input", x);
    normalizeDim(attributes.dim, x.shape.length);
    return { dtype: x.dtype, shape: x.shape };
  },
  compute: {
    kind: "composite",
    body: ({ input: x }, { attributes }) => {
      if (elementCount(x.type.shape) === 0) return clone(x);
      const folded = { dims: [attributes.dim], keepdim: true };
      // Softmax does not change when a constant is subtracted, so the shift needs no gradient.
      const e = exp(sub(x, detach(amax(x, folded))));
      return div(e, sum(e, folded));
    },
  },
  gradients: "inherit",
  torch: { python: "torch.softmax({input}, dim={dim!})" },
  gradFn: "SoftmaxBackward0",
  samples: softmaxSamples,
});

export const logSoftmax = defineOp({
  operands: input,
  attributes: { dim },
  summary: "The logarithm of softmax, without overflow.",
  formula: "y_i = x_i - \\ln \\sum_j e^{x_j}",
  gradientFormula: "\\bar x = \\bar y - e^{y} \\textstyle\\sum_j \\bar y_j",
  category: "activation",
  label: "LogSoftmax",
  glyph: "lsm",
  chip: "dim",
  search: ["log probabilities", "logsumexp"],
}).rules({
  type: ({ operands: { input: x }, attributes }) => {
    requireFloat("input", x);
    normalizeDim(attributes.dim, x.shape.length);
    return { dtype: x.dtype, shape: x.shape };
  },
  compute: {
    kind: "composite",
    body: ({ input: x }, { attributes }) => {
      if (elementCount(x.type.shape) === 0) return clone(x);
      const folded = { dims: [attributes.dim], keepdim: true };
      const shifted = sub(x, detach(amax(x, folded)));
      return sub(shifted, log(sum(exp(shifted), folded)));
    },
  },
  gradients: "inherit",
  torch: { python: "torch.log_softmax({input}, dim={dim!})" },
  gradFn: "LogSoftmaxBackward0",
  samples: softmaxSamples,
});
