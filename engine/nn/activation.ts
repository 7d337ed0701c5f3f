/** @file Activations as modules: ReLU, Tanh, Sigmoid, Softmax. */
import { attribute } from "../ir/attribute";
import { sameFormulas } from "../ir/formulas";
import { invariant } from "../ir/refusal";
import type { Value } from "../ir/value";
import { relu, sigmoid, softmax, tanh } from "../ops";
import { drawn } from "../ops/samples";
import { defineModule } from "./define-module";

function only({ input }: Readonly<Record<string, Value>>): Value {
  invariant(input, "an activation is called with an input");
  return input;
}

const samples = [{ attributes: {}, inputs: [drawn([2, 3])] }];

export const ReLU = defineModule({
  summary: "Passes positive elements and sets the others to 0.",
  ...sameFormulas(relu.signature),
  label: "ReLU",
  glyph: "⟋",
  category: "activation",
  search: ["rectifier", "rectified linear"],
  inputs: ["input"],
  attributes: {},
  torch: { python: "torch.nn.ReLU()" },
  state: () => [],
  forward: ({ inputs }) => relu(only(inputs)),
  samples,
});

export const Tanh = defineModule({
  summary: "Squashes each element into −1 … 1.",
  ...sameFormulas(tanh.signature),
  label: "Tanh",
  glyph: "tanh",
  category: "activation",
  search: ["hyperbolic tangent", "squash"],
  inputs: ["input"],
  attributes: {},
  torch: { python: "torch.nn.Tanh()" },
  state: () => [],
  forward: ({ inputs }) => tanh(only(inputs)),
  samples,
});

export const Sigmoid = defineModule({
  summary: "Squashes each element into 0 … 1.",
  ...sameFormulas(sigmoid.signature),
  label: "Sigmoid",
  glyph: "σ",
  category: "activation",
  search: ["logistic", "squash"],
  inputs: ["input"],
  attributes: {},
  torch: { python: "torch.nn.Sigmoid()" },
  state: () => [],
  forward: ({ inputs }) => sigmoid(only(inputs)),
  samples,
});

export const Softmax = defineModule({
  summary: "Turns the elements of a dimension into probabilities that sum to 1.",
  ...sameFormulas(softmax.signature),
  label: "Softmax",
  glyph: "smax",
  category: "activation",
  search: ["probabilities", "normalize"],
  inputs: ["input"],
  attributes: { dim: attribute.int({ default: -1 }) },
  torch: { python: "torch.nn.Softmax(dim={dim!})" },
  state: () => [],
  forward: ({ inputs, attributes }) => softmax(only(inputs), attributes),
  samples: [{ attributes: { dim: 1 }, inputs: [drawn([2, 3])] }],
});
