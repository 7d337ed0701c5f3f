/** @file SGD: stochastic gradient descent with momentum (torch.optim.SGD). */
import { attribute } from "../ir/attribute";
import { invariant, refuse } from "../ir/refusal";
import type { Value } from "../ir/value";
import { add, eq, mul, neg, where } from "../ops";
import { defineOptimizer } from "./define-optimizer";

/** PyTorch's first step takes the gradient undampened: the factor is 1 then, and 1 − dampening after. */
function undampened(step: Value | undefined, dampening: number): Value | number {
  return step === undefined ? 1 - dampening : where(eq(step, 0), 1, 1 - dampening);
}

export const SGD = defineOptimizer({
  summary: "Steps against the gradient, with a momentum that remembers earlier steps.",
  formula: "v \\leftarrow \\mu v + (1 - \\tau)\\, g, \\quad p \\leftarrow p - \\eta v",
  label: "SGD",
  attributes: {
    lr: attribute.float({ default: 1e-3, min: 0, summary: "Learning rate." }),
    momentum: attribute.float({ default: 0, min: 0 }),
    dampening: attribute.float({ default: 0 }),
    weightDecay: attribute.float({ default: 0, min: 0 }),
    nesterov: attribute.bool({ default: false }),
    maximize: attribute.bool({ default: false }),
  },
  hyper: ["lr"],
  torch: {
    python:
      "torch.optim.SGD({params}, lr={lr!}, momentum={momentum}, dampening={dampening}, weight_decay={weightDecay}, nesterov={nesterov}, maximize={maximize})",
  },
  state: ({ momentum, dampening, nesterov }) => {
    if (nesterov && (momentum === 0 || dampening !== 0)) refuse("optimizer.nesterov", { momentum, dampening });
    if (momentum === 0) return [];
    const buffer = { name: "momentumBuffer", like: "parameter" } as const;
    return dampening === 0 ? [buffer] : [buffer, { name: "step", like: "scalar" }];
  },
  update: ({ parameter, grad, state: { momentumBuffer, step }, hyper: { lr }, attributes }) => {
    invariant(lr, "SGD is given lr");
    const { momentum, dampening, weightDecay, nesterov, maximize } = attributes;
    const signed = maximize ? neg(grad) : grad;
    const g = weightDecay === 0 ? signed : add(signed, mul(parameter, weightDecay));
    if (momentum === 0) return { parameter: add(parameter, mul(g, neg(lr))), state: {} };
    invariant(momentumBuffer, "SGD with momentum has a buffer");
    const fresh = dampening === 0 ? g : mul(g, undampened(step, dampening));
    const buffer = add(mul(momentumBuffer, momentum), fresh);
    const direction = nesterov ? add(g, mul(buffer, momentum)) : buffer;
    return {
      parameter: add(parameter, mul(direction, neg(lr))),
      state: { momentumBuffer: buffer, ...(step === undefined ? {} : { step: add(step, 1) }) },
    };
  },
  samples: [
    { lr: 0.1 },
    { lr: 0.1, momentum: 0.9 },
    { lr: 0.1, momentum: 0.9, nesterov: true },
    { lr: 0.1, momentum: 0.9, dampening: 0.25, weightDecay: 0.1 },
    { lr: 0.05, weightDecay: 0.5, maximize: true },
  ],
});
