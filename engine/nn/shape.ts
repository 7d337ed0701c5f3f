/** @file Modules that only change the shape, or nothing: Flatten, Identity. */
import { attribute } from "../ir/attribute";
import { sameFormulas } from "../ir/formulas";
import { invariant } from "../ir/refusal";
import { flatten } from "../ops";
import { drawn } from "../ops/samples";
import { defineModule } from "./define-module";

export const Flatten = defineModule({
  summary: "Joins the dimensions from startDim to endDim into one.",
  ...sameFormulas(flatten.signature),
  label: "Flatten",
  glyph: "▭",
  category: "shape",
  search: ["reshape", "ravel", "vector"],
  inputs: ["input"],
  attributes: { startDim: attribute.int({ default: 1 }), endDim: attribute.int({ default: -1 }) },
  torch: { python: "torch.nn.Flatten({startDim}, {endDim})" },
  state: () => [],
  forward: ({ inputs: { input }, attributes }) => {
    invariant(input, "Flatten is called with an input");
    return flatten(input, attributes);
  },
  samples: [
    { attributes: {}, inputs: [drawn([2, 3, 4])] },
    { attributes: { startDim: 0, endDim: 1 }, inputs: [drawn([5, 1])] },
  ],
});

export const Identity = defineModule({
  summary: "Passes its input on.",
  formula: "y = x",
  gradientFormula: "\\bar x = \\bar y",
  label: "Identity",
  glyph: "id",
  category: "shape",
  search: ["pass", "nothing", "placeholder"],
  inputs: ["input"],
  attributes: {},
  torch: { python: "torch.nn.Identity()" },
  state: () => [],
  forward: ({ inputs: { input } }) => {
    invariant(input, "Identity is called with an input");
    return input;
  },
  samples: [{ attributes: {}, inputs: [drawn([2, 3])] }],
});
