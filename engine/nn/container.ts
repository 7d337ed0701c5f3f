/** @file Containers: Sequential. */
import { invariant } from "../ir/refusal";
import { drawn } from "../ops/samples";
import { defineModule } from "./define-module";

export const Sequential = defineModule({
  summary: "Its layers one after another: the output of each is the input of the next.",
  formula: "y = f_n(\\dots f_1(x))",
  gradientFormula: "\\bar x = J_1^\\top \\dots J_n^\\top \\bar y",
  label: "Sequential",
  glyph: "f∘g",
  category: "container",
  search: ["stack", "chain", "layers", "mlp"],
  inputs: ["input"],
  attributes: {},
  torch: { python: "torch.nn.Sequential()" },
  state: () => [],
  // The program runs its children; without any it passes its input on.
  forward: ({ inputs: { input } }) => {
    invariant(input, "Sequential is called with an input");
    return input;
  },
  samples: [{ attributes: {}, inputs: [drawn([2, 3])] }],
});
