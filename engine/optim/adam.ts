/** @file Adam and AdamW: adaptive moment estimation (torch.optim.Adam, torch.optim.AdamW). */
import { attribute } from "../ir/attribute";
import { invariant } from "../ir/refusal";
import type { Value } from "../ir/value";
import { add, div, expm1, maximum, mul, neg, sqrt, sub } from "../ops";
import { defineOptimizer } from "./define-optimizer";

const attributes = {
  lr: attribute.float({ default: 1e-3, min: 0, summary: "Learning rate." }),
  betas: attribute.floats({
    default: [0.9, 0.999],
    count: 2,
    min: 0,
    below: 1,
    summary: "How long the two averages remember.",
  }),
  eps: attribute.float({ default: 1e-8, min: 0 }),
  amsgrad: attribute.bool({ default: false }),
  maximize: attribute.bool({ default: false }),
};

/** 1 − βᵗ as −expm1(t ln β), because βᵗ in float32 loses what is left of 1 while t is small. */
function biasCorrection(beta: number, step: Value): Value | number {
  return beta === 0 ? 1 : neg(expm1(mul(step, Math.log(beta))));
}

const moments = (amsgrad: boolean) =>
  [
    { name: "step", like: "scalar" },
    { name: "expAvg", like: "parameter" },
    { name: "expAvgSq", like: "parameter" },
    ...(amsgrad ? [{ name: "maxExpAvgSq", like: "parameter" } as const] : []),
  ] as const;

interface Moments {
  readonly parameter: Value;
  readonly grad: Value;
  readonly state: Readonly<Record<string, Value>>;
  readonly lr: Value;
  readonly betas: readonly number[];
  readonly eps: number;
}

/** The step that Adam and AdamW share, in the order of PyTorch's _single_tensor_adam. */
function adamStep({ parameter, grad, state, lr, betas, eps }: Moments) {
  invariant(state.step && state.expAvg && state.expAvgSq, "Adam is given its moments");
  const [beta1, beta2] = betas;
  invariant(beta1 !== undefined && beta2 !== undefined, "Adam has two betas");
  const step = add(state.step, 1);
  const expAvg = add(mul(state.expAvg, beta1), mul(grad, 1 - beta1));
  const expAvgSq = add(mul(state.expAvgSq, beta2), mul(mul(grad, 1 - beta2), grad));
  const maxExpAvgSq = state.maxExpAvgSq ? maximum(state.maxExpAvgSq, expAvgSq) : null;
  const correction = biasCorrection(beta2, step);
  const root = sqrt(maxExpAvgSq ?? expAvgSq);
  const scaled = typeof correction === "number" ? root : div(root, sqrt(correction));
  const stepSize = div(lr, biasCorrection(beta1, step));
  return {
    parameter: add(parameter, div(mul(expAvg, neg(stepSize)), add(scaled, eps))),
    state: { step, expAvg, expAvgSq, ...(maxExpAvgSq ? { maxExpAvgSq } : {}) },
  };
}

export const Adam = defineOptimizer({
  summary: "Steps by running averages of the gradient and of its square, corrected for their start at 0.",
  formula:
    "m \\leftarrow \\beta_1 m + (1 - \\beta_1) g, \\; v \\leftarrow \\beta_2 v + (1 - \\beta_2) g^2, \\; p \\leftarrow p - \\eta \\frac{\\hat m}{\\sqrt{\\hat v} + \\varepsilon}",
  label: "Adam",
  attributes: { ...attributes, weightDecay: attribute.float({ default: 0, min: 0 }) },
  hyper: ["lr"],
  torch: {
    python:
      "torch.optim.Adam({params}, lr={lr}, betas={betas}, eps={eps}, weight_decay={weightDecay}, amsgrad={amsgrad}, maximize={maximize})",
  },
  state: ({ amsgrad }) => moments(amsgrad),
  update: ({ parameter, grad, state, hyper: { lr }, attributes: { betas, eps, weightDecay, maximize } }) => {
    invariant(lr, "Adam is given lr");
    const signed = maximize ? neg(grad) : grad;
    const g = weightDecay === 0 ? signed : add(signed, mul(parameter, weightDecay));
    return adamStep({ parameter, grad: g, state, lr, betas, eps });
  },
  samples: [
    { lr: 0.05 },
    { lr: 0.05, betas: [0.5, 0.9], weightDecay: 0.1 },
    { lr: 0.05, betas: [0, 0.99], eps: 1e-3, maximize: true },
    { lr: 0.05, amsgrad: true },
  ],
});

export const AdamW = defineOptimizer({
  summary: "Adam with a weight decay of its own: parameters shrink by lr × weightDecay before each step.",
  formula:
    "p \\leftarrow (1 - \\eta \\lambda)\\, p, \\; p \\leftarrow p - \\eta \\frac{\\hat m}{\\sqrt{\\hat v} + \\varepsilon}",
  label: "AdamW",
  attributes: { ...attributes, weightDecay: attribute.float({ default: 1e-2, min: 0 }) },
  hyper: ["lr"],
  torch: {
    python:
      "torch.optim.AdamW({params}, lr={lr}, betas={betas}, eps={eps}, weight_decay={weightDecay}, amsgrad={amsgrad}, maximize={maximize})",
  },
  state: ({ amsgrad }) => moments(amsgrad),
  update: ({ parameter, grad, state, hyper: { lr }, attributes: { betas, eps, weightDecay, maximize } }) => {
    invariant(lr, "AdamW is given lr");
    const shrunk = mul(parameter, sub(1, mul(lr, weightDecay)));
    return adamStep({ parameter: shrunk, grad: maximize ? neg(grad) : grad, state, lr, betas, eps });
  },
  samples: [{ lr: 0.05 }, { lr: 0.05, weightDecay: 0.5, amsgrad: true, maximize: true }],
});
