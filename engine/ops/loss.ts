/** @file Losses: mseLoss, crossEntropy. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import { kindOf } from "../ir/dtype";
import type { Formulas, WithFormulas } from "../ir/formulas";
import { operand } from "../ir/op";
import { refuse } from "../ir/refusal";
import { sameShape, type Shape } from "../ir/shape";
import type { Value } from "../ir/value";
import { logSoftmax } from "./activation";
import { add, div, neg, sub } from "./arithmetic";
import { eq, ge, logicalAnd, lt, ne } from "./comparison";
import { to } from "./identity";
import { promotedType, requireFloat, tensorType } from "./output-types";
import { square } from "./powers";
import { arange } from "./ranges";
import { mean, sum } from "./reduction";
import { drawn, given, sample } from "./samples";
import { where } from "./selection";
import { reshape, unsqueeze } from "./shape-views";

const reductions = ["mean", "sum", "none"] as const;
const reduction = attribute.choice(reductions, {
  default: "mean",
  summary: "What is done with the losses of all elements.",
});

/** Formulas of a loss by its reduction, the mean's being the declaration's own. */
function byReduction(values: Readonly<Record<(typeof reductions)[number], Formulas>>): WithFormulas {
  return { ...values.mean, formulasBy: { attribute: "reduction", values } };
}

export const mseLoss = defineOp({
  operands: [operand("input"), operand("target")],
  attributes: { reduction },
  summary: "The squared difference of a prediction and its target: the mean, the sum, or each.",
  ...byReduction({
    mean: {
      formula: "L = \\frac{1}{n} \\sum_i (x_i - t_i)^2",
      gradientFormula: "\\bar x_i = \\frac{2}{n} (x_i - t_i) \\, \\bar L, \\quad \\bar t_i = -\\bar x_i",
    },
    sum: {
      formula: "L = \\sum_i (x_i - t_i)^2",
      gradientFormula: "\\bar x_i = 2 (x_i - t_i) \\, \\bar L, \\quad \\bar t_i = -\\bar x_i",
    },
    none: {
      formula: "L_i = (x_i - t_i)^2",
      gradientFormula: "\\bar x_i = 2 (x_i - t_i) \\, \\bar L_i, \\quad \\bar t_i = -\\bar x_i",
    },
  }),
  category: "loss",
  label: "MSELoss",
  glyph: "ℓ₂",
  chip: "reduction",
  search: ["mean squared error", "least squares", "l2 loss", "regression"],
}).rules({
  type: ({ operands: { input, target }, attributes }) => {
    requireFloat("input", input);
    requireFloat("target", target);
    const { dtype, shape } = promotedType({ input, target });
    return tensorType(dtype, attributes.reduction === "none" ? shape : []);
  },
  compute: {
    kind: "composite",
    body: ({ input, target }, { attributes }) => {
      const each = square(sub(input, target));
      return attributes.reduction === "none" ? each : attributes.reduction === "sum" ? sum(each) : mean(each);
    },
  },
  gradients: "inherit",
  torch: { python: "torch.nn.functional.mse_loss({input}, {target}, reduction={reduction})" },
  gradFn: "MseLossBackward0",
  samples: [
    sample([drawn([3, 2]), drawn([3, 2], -2, 2, 2)]),
    sample([drawn([3, 2]), drawn([3, 2], -2, 2, 2)], { reduction: "sum" }),
    sample([drawn([3, 2]), drawn([3, 2], -2, 2, 2)], { reduction: "none" }),
    sample([drawn([5]), drawn([5], -2, 2, 2)]),
    sample([drawn([0]), drawn([0], -2, 2, 2)], { reduction: "sum" }),
  ],
});

/** Where the classes are: dimension 0 of a vector of scores, else dimension 1. */
function classAxis(shape: Shape): number {
  return shape.length === 1 ? 0 : 1;
}

/** The scores of the target's class; NaN where the target is no class, because a kernel cannot refuse as PyTorch does. */
function ofTarget(scores: Value, target: Value): Value {
  const { shape } = scores.type;
  const axis = classAxis(shape);
  const count = shape[axis] ?? 0;
  const classes = reshape(arange({ end: count }), { shape: shape.map((e, i) => (i === axis ? e : 1)) });
  const chosen = eq(unsqueeze(target, { dim: axis }), classes);
  const fault = where(logicalAnd(ge(target, 0), lt(target, count)), 0, NaN);
  return add(sum(where(chosen, scores, 0), { dims: [axis] }), fault);
}

export const crossEntropy = defineOp({
  operands: [operand("input"), operand("target")],
  attributes: {
    reduction,
    ignoreIndex: attribute.int({ default: -100, summary: "A target of this value counts for nothing." }),
  },
  summary: "How improbable the target classes are under the scores: softmax and negative log-likelihood in one.",
  ...byReduction({
    mean: {
      formula: "L = -\\frac{1}{n} \\sum_i \\ln \\operatorname{softmax}(x_i)_{t_i}",
      gradientFormula: "\\bar x_i = \\frac{\\bar L}{n} (\\operatorname{softmax}(x_i) - e_{t_i})",
    },
    sum: {
      formula: "L = -\\sum_i \\ln \\operatorname{softmax}(x_i)_{t_i}",
      gradientFormula: "\\bar x_i = \\bar L \\, (\\operatorname{softmax}(x_i) - e_{t_i})",
    },
    none: {
      formula: "L_i = -\\ln \\operatorname{softmax}(x_i)_{t_i}",
      gradientFormula: "\\bar x_i = \\bar L_i \\, (\\operatorname{softmax}(x_i) - e_{t_i})",
    },
  }),
  category: "loss",
  label: "CrossEntropy",
  glyph: "CE",
  chip: "reduction",
  search: ["classification", "log loss", "negative log likelihood", "nll"],
}).rules({
  type: ({ operands: { input, target }, attributes }) => {
    requireFloat("input", input);
    if (input.shape.length === 0) {
      refuse("rank.mismatch", { operand: "input", shape: input.shape, expected: "at least 1 dimension" });
    }
    if (kindOf(target.dtype) !== "int") {
      refuse("dtype.mismatch", { operand: "target", dtype: target.dtype, expected: "int64 class indices" });
    }
    const axis = classAxis(input.shape);
    const expected = input.shape.filter((_, i) => i !== axis);
    if (!sameShape(target.shape, expected)) {
      refuse("rank.mismatch", { operand: "target", shape: target.shape, expected: `shape [${expected.join(", ")}]` });
    }
    return tensorType(input.dtype, attributes.reduction === "none" ? target.shape : []);
  },
  compute: {
    kind: "composite",
    body: ({ input, target }, { attributes }) => {
      const scores = logSoftmax(input, { dim: classAxis(input.type.shape) });
      const counts = ne(target, attributes.ignoreIndex);
      const each = where(counts, neg(ofTarget(scores, target)), 0);
      if (attributes.reduction === "none") return each;
      if (attributes.reduction === "sum") return sum(each);
      return div(sum(each), sum(to(counts, { dtype: input.type.dtype })));
    },
  },
  gradients: "inherit",
  torch: {
    python: "torch.nn.functional.cross_entropy({input}, {target}, ignore_index={ignoreIndex}, reduction={reduction})",
  },
  gradFn: ({ operands: { input } }) => (input.shape.length > 2 ? "NllLoss2DBackward0" : "NllLossBackward0"),
  samples: [
    sample([drawn([3, 4]), given([1, 0, 3], [3], "int64")]),
    sample([drawn([3, 4]), given([1, 0, 3], [3], "int64")], { reduction: "sum" }),
    sample([drawn([3, 4]), given([1, 0, 3], [3], "int64")], { reduction: "none" }),
    sample([drawn([3, 4]), given([1, -100, 3], [3], "int64")]),
    sample([drawn([3, 4]), given([1, 2, 2], [3], "int64")], { ignoreIndex: 2 }),
    sample([drawn([4]), given([2], [], "int64")]),
    sample([drawn([2, 3, 2]), given([0, 1, 2, 2], [2, 2], "int64")]),
    sample([given([1000, -1000, 0, 0, 0, 0], [2, 3]), given([0, 2], [2], "int64")]),
  ],
});
