/** @file Draws: rand, randn, randint, randperm, randLike, randnLike. Once from PyTorch's stream, or each step from Philox. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import { notDifferentiable, operand } from "../ir/op";
import { refuse } from "../ir/refusal";
import { elementCount } from "../ir/shape";
import { tensorData, type TensorType, type TypedArray } from "../ir/tensor";
import type { TorchGenerator } from "../random/torch-generator";
import type { ScalarBuilder } from "../scalar/builder";
import type { ScalarExpression } from "../scalar/expression";
import { requireFloat, tensorType } from "./output-types";
import { drawn, sample } from "./samples";

const size = attribute.shape({ default: [], summary: "Extents, outermost first." });
const onlyItsType = notDifferentiable("only its shape and dtype are used");

function held(values: ArrayLike<number>, { dtype, shape: extents }: TensorType): TypedArray {
  return tensorData(dtype, extents, values).data;
}

function evenly(generator: TorchGenerator, out: TensorType): TypedArray {
  const count = elementCount(out.shape);
  return out.dtype === "float64" ? generator.rand64(count) : generator.rand(count);
}

function normally(generator: TorchGenerator, out: TensorType): TypedArray {
  const count = elementCount(out.shape);
  return out.dtype === "float64" ? generator.randn64(count) : generator.randn(count);
}

/** Box–Muller: √(−2 ln(1 − u₀)) · cos 2πu₁, standard normal. 1 − u₀ is never 0. */
function normal(s: ScalarBuilder, uniform: (n: number) => ScalarExpression): ScalarExpression {
  const radius = s.call("sqrt", s.call("mul", s.call("log", s.call("sub", 1, uniform(0))), -2));
  return s.call("mul", radius, s.call("cos", s.call("mul", uniform(1), 2 * Math.PI)));
}

export const rand = defineOp({
  operands: [],
  attributes: { size },
  summary: "Draws evenly from 0 to 1, 1 not included.",
  formula: "y_i \\sim U[0, 1)",
  gradientFormula: "\\text{none}",
  category: "random",
  label: "Rand",
  glyph: "𝒰",
  chip: "size",
  search: ["uniform", "random"],
}).rules({
  type: ({ attributes }) => tensorType("float32", attributes.size),
  compute: {
    kind: "random",
    host: (generator, { out }) => evenly(generator, out),
    device: (_, uniform) => uniform(0),
  },
  gradients: {},
  torch: { python: "torch.rand({size})" },
  samples: [sample([], { size: [2, 3] }), sample([], { size: [] }), sample([], { size: [20] })],
});

export const randn = defineOp({
  operands: [],
  attributes: { size },
  summary: "Draws from the standard normal distribution.",
  formula: "y_i \\sim N(0, 1)",
  gradientFormula: "\\text{none}",
  category: "random",
  label: "Randn",
  glyph: "𝒩",
  chip: "size",
  search: ["normal", "gaussian", "random", "noise"],
}).rules({
  type: ({ attributes }) => tensorType("float32", attributes.size),
  compute: {
    kind: "random",
    host: (generator, { out }) => normally(generator, out),
    device: (s, uniform) => normal(s, uniform),
  },
  gradients: {},
  torch: { python: "torch.randn({size})" },
  samples: [sample([], { size: [2, 3] }), sample([], { size: [] }), sample([], { size: [5, 7] })],
});

export const randint = defineOp({
  operands: [],
  attributes: { low: attribute.int({ default: 0 }), high: attribute.int({ default: 10 }), size },
  summary: "Draws integers from low up to, not including, high.",
  formula: "y_i \\sim U\\{a, \\dots, b - 1\\}",
  gradientFormula: "\\text{none}",
  category: "random",
  label: "Randint",
  glyph: "ℤ",
  chip: "high",
  search: ["integer", "dice", "random"],
}).rules({
  type: ({ attributes: { low, high, size } }) => {
    if (low >= high) refuse("range.empty", { what: "randint", low, high, expected: "low below high" });
    return tensorType("int64", size);
  },
  compute: {
    kind: "random",
    host: (generator, { attributes: { low, high }, out }) =>
      held(generator.randint(low, high, elementCount(out.shape)), out),
    device: (s, uniform, { attributes: { low, high }, out }) => {
      const turn = s.convert(s.call("floor", s.call("mul", uniform(0), high - low)), out.dtype);
      // A uniform just below 1 times a large span may round up to the span itself.
      return s.call("add", s.call("min", turn, high - low - 1), low);
    },
  },
  gradients: {},
  torch: { python: "torch.randint({low}, {high}, {size})" },
  samples: [sample([], { high: 5, size: [2, 3] }), sample([], { low: -3, high: 3, size: [20] })],
});

export const randperm = defineOp({
  operands: [],
  attributes: { n: attribute.int({ default: 10, min: 0 }) },
  summary: "Draws an order of the integers below n.",
  formula: "y = \\pi(0, \\dots, n - 1)",
  gradientFormula: "\\text{none}",
  category: "random",
  label: "Randperm",
  glyph: "π",
  chip: "n",
  search: ["permutation", "shuffle", "order", "random"],
}).rules({
  type: ({ attributes: { n } }) => tensorType("int64", [n]),
  compute: {
    kind: "random",
    onceOnly: true,
    host: (generator, { attributes: { n }, out }) => held(generator.randperm(n), out),
    // A permutation is not a matter of one element at a time.
    device: () => refuse("random.drawnOnce", { op: "randperm" }),
  },
  gradients: {},
  torch: { python: "torch.randperm({n})" },
  samples: [sample([], { n: 10 }), sample([], { n: 1 }), sample([], { n: 0 })],
});

export const randLike = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "Draws evenly from 0 to 1, in the operand's shape.",
  formula: "y_i \\sim U[0, 1)",
  gradientFormula: "\\text{none}",
  category: "random",
  label: "RandLike",
  glyph: "𝒰~",
  search: ["uniform like", "random"],
}).rules({
  type: ({ operands: { input } }) => {
    requireFloat("input", input);
    return { dtype: input.dtype, shape: input.shape };
  },
  compute: {
    kind: "random",
    host: (generator, { out }) => evenly(generator, out),
    device: (_, uniform) => uniform(0),
  },
  gradients: { input: onlyItsType },
  torch: { python: "torch.rand_like({input})" },
  samples: [
    sample([drawn([2, 3])]),
    sample([drawn([20])]),
    sample([drawn([2, 3], -2, 2, 1, "float64")]),
    sample([drawn([33], -2, 2, 1, "float64")]),
  ],
});

export const randnLike = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "Draws from the standard normal distribution, in the operand's shape.",
  formula: "y_i \\sim N(0, 1)",
  gradientFormula: "\\text{none}",
  category: "random",
  label: "RandnLike",
  glyph: "𝒩~",
  search: ["normal like", "gaussian", "noise", "random"],
}).rules({
  type: ({ operands: { input } }) => {
    requireFloat("input", input);
    return { dtype: input.dtype, shape: input.shape };
  },
  compute: {
    kind: "random",
    host: (generator, { out }) => normally(generator, out),
    device: (s, uniform) => normal(s, uniform),
  },
  gradients: { input: onlyItsType },
  torch: { python: "torch.randn_like({input})" },
  samples: [
    sample([drawn([2, 3])]),
    sample([drawn([20])]),
    sample([drawn([2, 3], -2, 2, 1, "float64")]),
    sample([drawn([33], -2, 2, 1, "float64")]),
  ],
});
