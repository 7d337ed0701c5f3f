/** @file Losses as modules: MSELoss, CrossEntropyLoss. */
import { attribute } from "../ir/attribute";
import { sameFormulas } from "../ir/formulas";
import { invariant } from "../ir/refusal";
import { crossEntropy, mseLoss } from "../ops";
import { drawn, given } from "../ops/samples";
import { defineModule } from "./define-module";

const reduction = attribute.choice(["mean", "sum", "none"], { default: "mean" });

export const MSELoss = defineModule({
  summary: "The squared difference of a prediction and its target: the mean, the sum, or each.",
  ...sameFormulas(mseLoss.signature),
  label: "MSELoss",
  glyph: "ℓ₂",
  category: "loss",
  search: ["mean squared error", "least squares", "l2"],
  inputs: ["input", "target"],
  attributes: { reduction },
  torch: { python: "torch.nn.MSELoss(reduction={reduction})" },
  state: () => [],
  forward: ({ inputs: { input, target }, attributes }) => {
    invariant(input && target, "MSELoss is called with an input and a target");
    return mseLoss(input, target, attributes);
  },
  samples: [
    { attributes: {}, inputs: [drawn([3, 2]), drawn([3, 2], -2, 2, 2)] },
    { attributes: { reduction: "sum" }, inputs: [drawn([4]), drawn([4], -2, 2, 2)] },
    { attributes: { reduction: "none" }, inputs: [drawn([4]), drawn([4], -2, 2, 2)] },
  ],
});

export const CrossEntropyLoss = defineModule({
  summary: "How improbable the target classes are under the scores: softmax and negative log-likelihood in one.",
  ...sameFormulas(crossEntropy.signature),
  label: "CrossEntropyLoss",
  glyph: "CE",
  category: "loss",
  search: ["classification", "log loss", "negative log likelihood"],
  inputs: ["input", "target"],
  attributes: { reduction, ignoreIndex: attribute.int({ default: -100 }) },
  torch: { python: "torch.nn.CrossEntropyLoss(ignore_index={ignoreIndex}, reduction={reduction})" },
  state: () => [],
  forward: ({ inputs: { input, target }, attributes }) => {
    invariant(input && target, "CrossEntropyLoss is called with an input and a target");
    return crossEntropy(input, target, attributes);
  },
  samples: [
    { attributes: {}, inputs: [drawn([3, 4]), given([1, 0, 3], [3], "int64")] },
    { attributes: { reduction: "sum" }, inputs: [drawn([3, 4]), given([1, 0, 3], [3], "int64")] },
  ],
});
