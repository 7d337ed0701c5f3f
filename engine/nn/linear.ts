/** @file Layers of weights: Linear. */
import { attribute } from "../ir/attribute";
import { invariant, refuse } from "../ir/refusal";
import { add, matmul, t } from "../ops";
import { drawn } from "../ops/samples";
import { defineModule, type StateSpec } from "./define-module";

/** kaiming_uniform_(a=√5) of a weight with this fan-in: even in ±√3 · gain / √fanIn with gain = √(2 / (1 + a²)). */
function kaimingBound(fanIn: number): number {
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) ** 2));
  return Math.sqrt(3) * (gain / Math.sqrt(fanIn));
}

/** A float32 parameter drawn evenly from ±bound. */
function uniformParameter(name: string, shape: readonly number[], bound: number): StateSpec {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return {
    name,
    kind: "parameter",
    shape,
    dtype: "float32",
    initialize: (generator) => generator.uniform(-bound, bound, count),
  };
}

export const Linear = defineModule({
  summary: "A linear layer: each output feature is a weighted sum of the input features, plus a bias.",
  formula: "y = x W^\\top + b",
  gradientFormula: "\\bar x = \\bar y W, \\quad \\bar W = \\bar y^\\top x, \\quad \\bar b = \\sum_n \\bar y_n",
  label: "Linear",
  glyph: "Wx",
  category: "layer",
  search: ["dense", "fully connected", "affine", "weights"],
  inputs: ["input"],
  attributes: {
    inFeatures: attribute.int({ default: 1, min: 1 }),
    outFeatures: attribute.int({ default: 1, min: 1 }),
    bias: attribute.bool({ default: true }),
  },
  torch: { python: "torch.nn.Linear({inFeatures}, {outFeatures}, bias={bias})" },
  state: ({ inFeatures, outFeatures, bias }) => {
    const weight = uniformParameter("weight", [outFeatures, inFeatures], kaimingBound(inFeatures));
    return bias ? [weight, uniformParameter("bias", [outFeatures], 1 / Math.sqrt(inFeatures))] : [weight];
  },
  forward: ({ inputs: { input }, state: { weight, bias } }) => {
    invariant(input && weight, "Linear is called with an input and a weight");
    const { shape } = input.type;
    const expected = weight.type.shape[1] ?? 0;
    const found = shape.at(-1);
    if (found === undefined) {
      refuse("rank.mismatch", { operand: "input", shape, expected: `a last dimension of ${expected} features` });
    }
    if (found !== expected) refuse("linear.features", { operand: "input", found, expected });
    const product = matmul(input, t(weight));
    return bias ? add(product, bias) : product;
  },
  samples: [
    { attributes: { inFeatures: 3, outFeatures: 2 }, inputs: [drawn([4, 3])] },
    { attributes: { inFeatures: 3, outFeatures: 1 }, inputs: [drawn([5, 3])] },
    { attributes: { inFeatures: 4, outFeatures: 5, bias: false }, inputs: [drawn([2, 4])] },
    { attributes: { inFeatures: 3, outFeatures: 2 }, inputs: [drawn([3])] },
    { attributes: { inFeatures: 3, outFeatures: 2 }, inputs: [drawn([2, 2, 3])] },
    { attributes: { inFeatures: 20, outFeatures: 6 }, inputs: [drawn([3, 20])] },
  ],
});
