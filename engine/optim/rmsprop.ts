/** @file RMSprop: steps scaled by a running root mean square of the gradient (torch.optim.RMSprop). */
import { attribute } from "../ir/attribute";
import { invariant } from "../ir/refusal";
import type { Value } from "../ir/value";
import { add, div, mul, neg, sqrt, sub } from "../ops";
import { defineOptimizer } from "./define-optimizer";

/** a ← α a + (1 − α) x. */
function running(average: Value, x: Value, alpha: number): Value {
  return add(mul(average, alpha), mul(x, 1 - alpha));
}

export const RMSprop = defineOptimizer({
  summary: "Divides the gradient by a running average of its size, so that every parameter steps alike.",
  formula:
    "s \\leftarrow \\alpha s + (1 - \\alpha)\\, g^2, \\quad p \\leftarrow p - \\eta \\frac{g}{\\sqrt{s} + \\varepsilon}",
  label: "RMSprop",
  attributes: {
    lr: attribute.float({ default: 1e-2, min: 0, summary: "Learning rate." }),
    alpha: attribute.float({ default: 0.99, min: 0 }),
    eps: attribute.float({ default: 1e-8, min: 0 }),
    weightDecay: attribute.float({ default: 0, min: 0 }),
    momentum: attribute.float({ default: 0, min: 0 }),
    centered: attribute.bool({ default: false }),
    maximize: attribute.bool({ default: false }),
  },
  hyper: ["lr"],
  torch: {
    python:
      "torch.optim.RMSprop({params}, lr={lr!}, alpha={alpha}, eps={eps}, weight_decay={weightDecay}, momentum={momentum}, centered={centered}, maximize={maximize})",
  },
  state: ({ momentum, centered }) => [
    { name: "squareAvg", like: "parameter" },
    ...(centered ? [{ name: "gradAvg", like: "parameter" } as const] : []),
    ...(momentum > 0 ? [{ name: "momentumBuffer", like: "parameter" } as const] : []),
  ],
  update: ({ parameter, grad, state, hyper: { lr }, attributes }) => {
    invariant(lr && state.squareAvg, "RMSprop is given lr and its average");
    const { alpha, eps, weightDecay, momentum, maximize } = attributes;
    const signed = maximize ? neg(grad) : grad;
    const g = weightDecay === 0 ? signed : add(signed, mul(parameter, weightDecay));
    // PyTorch's addcmul multiplies from the left: (1 − α) · g · g.
    const squareAvg = add(mul(state.squareAvg, alpha), mul(mul(g, 1 - alpha), g));
    const gradAvg = state.gradAvg ? running(state.gradAvg, g, alpha) : null;
    const spread = gradAvg ? sub(squareAvg, mul(gradAvg, gradAvg)) : squareAvg;
    const scale = add(sqrt(spread), eps);
    const next = { squareAvg, ...(gradAvg ? { gradAvg } : {}) };
    if (!state.momentumBuffer) {
      return { parameter: add(parameter, div(mul(g, neg(lr)), scale)), state: next };
    }
    const momentumBuffer = add(mul(state.momentumBuffer, momentum), div(g, scale));
    return { parameter: add(parameter, mul(momentumBuffer, neg(lr))), state: { ...next, momentumBuffer } };
  },
  samples: [
    { lr: 0.05 },
    { lr: 0.05, alpha: 0.9, momentum: 0.9 },
    { lr: 0.05, centered: true, weightDecay: 0.1 },
    { lr: 0.05, centered: true, momentum: 0.5, eps: 1e-3, maximize: true },
  ],
});
