/** @file Reductions: sum, mean, amax, amin, max, min, norm. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import { isFloat } from "../ir/dtype";
import { operand } from "../ir/op";
import { refuse } from "../ir/refusal";
import { elementCount, type Shape } from "../ir/shape";
import type { TensorType } from "../ir/tensor";
import type { Value } from "../ir/value";
import { abs, div } from "./arithmetic";
import { eq, logicalAnd, logicalOr, ne } from "./comparison";
import { to } from "./identity";
import { keptShape, reducedDims, reducedShape, requireFloat, tensorType } from "./output-types";
import { pow, sqrt } from "./powers";
import { drawn, given, kink, sample } from "./samples";
import { where } from "./selection";
import { expand, reshape } from "./shape-views";

const input = [operand("input")] as const;
const reduced = {
  dims: attribute.dims({ default: null, summary: "Dimensions to fold; null for all." }),
  keepdim: attribute.bool({ default: false, summary: "Keeps folded dimensions with extent 1." }),
};

interface Reduced {
  readonly dims: readonly number[] | null;
  readonly keepdim: boolean;
}

/** What a reduction of `shape` gave, with its folded dimensions back as 1. */
function restored(value: Value, shape: Shape, attributes: Reduced): Value {
  if (attributes.keepdim) return value;
  return reshape(value, { shape: keptShape(shape, reducedDims(attributes.dims, shape)) });
}

/** PyTorch has one backward for all elements and one for dimensions. */
function foldName(name: string, { dims, keepdim }: Reduced): string {
  return `${name}Backward${dims === null && !keepdim ? 0 : 1}`;
}

/** Which reductions every one of these ops is tested with. */
function reductionSamples(low = -2, high = 2) {
  return [
    sample([drawn([2, 3], low, high)]),
    sample([drawn([2, 3, 4], low, high)], { dims: [1] }),
    sample([drawn([2, 3, 4], low, high)], { dims: [-1, 0] }),
    sample([drawn([2, 3], low, high)], { dims: [0], keepdim: true }),
    sample([drawn([2, 3], low, high)], { dims: null, keepdim: true }),
    sample([drawn([], low, high)]),
    sample([drawn([1, 4], low, high)], { dims: [0] }),
    sample([drawn([7, 5], low, high, 9)], { dims: [1] }),
    sample([drawn([3], low, high, 2, "float64")]),
  ];
}

export const sum = defineOp({
  operands: input,
  attributes: reduced,
  summary: "Adds up the elements, of all dimensions or of some.",
  formula: "y = \\sum_i x_i",
  gradientFormula: "\\bar x_i = \\bar y",
  category: "reduce",
  label: "Sum",
  glyph: "Σ",
  chip: "dims",
  search: ["add up", "total"],
}).rules({
  type: ({ operands: { input: x }, attributes }) =>
    tensorType(isFloat(x.dtype) ? x.dtype : "int64", reducedShape(x.shape, attributes)),
  compute: {
    kind: "reduce",
    monoid: "sum",
    dims: ({ operands, attributes }) => reducedDims(attributes.dims, operands.input.shape),
  },
  gradients: {
    input: ({ grad, operands, attributes }) => {
      const { shape } = operands.input.type;
      return expand(restored(grad, shape, attributes), { shape });
    },
  },
  torch: { python: "torch.sum({input}, dim={dims+}, keepdim={keepdim})" },
  gradFn: ({ attributes }) => foldName("Sum", attributes),
  samples: [
    ...reductionSamples(),
    sample([drawn([0])]),
    sample([drawn([0, 3])], { dims: [0] }),
    sample([given([1, 2, 3], [3], "int64")]),
    sample([given([1, 0, 1], [3], "bool")]),
    sample([given([1, 2, 3, 4], [2, 2], "int32")], { dims: [1] }),
    sample([drawn([2, 3])], { dims: [] }),
  ],
});

export const mean = defineOp({
  operands: input,
  attributes: reduced,
  summary: "The mean of the elements, of all dimensions or of some.",
  formula: "y = \\frac{1}{n} \\sum_i x_i",
  gradientFormula: "\\bar x_i = \\frac{\\bar y}{n}",
  category: "reduce",
  label: "Mean",
  glyph: "μ",
  chip: "dims",
  search: ["average"],
}).rules({
  type: ({ operands: { input: x }, attributes }) => {
    requireFloat("input", x);
    return tensorType(x.dtype, reducedShape(x.shape, attributes));
  },
  compute: {
    kind: "composite",
    body: (operands, { attributes }) => {
      const { shape } = operands.input.type;
      const count = elementCount(reducedDims(attributes.dims, shape).map((dim) => shape[dim] ?? 1));
      return div(sum(operands.input, attributes), count);
    },
  },
  gradients: "inherit",
  torch: { python: "torch.mean({input}, dim={dims+}, keepdim={keepdim})" },
  gradFn: ({ attributes }) => foldName("Mean", attributes),
  samples: [...reductionSamples(), kink([drawn([0])])],
});

/** The output of a largest or smallest element; refuses a fold over nothing. */
function extremeType(x: TensorType, attributes: Reduced, what: string): TensorType {
  const folded = reducedDims(attributes.dims, x.shape);
  if (folded.some((dim) => x.shape[dim] === 0)) refuse("reduce.empty", { shape: x.shape, what });
  return tensorType(x.dtype, reducedShape(x.shape, attributes));
}

/** Shared evenly among equal extremes (PyTorch's scale_grad_by_count). */
function extremeBackward(grad: Value, x: Value, out: Value, attributes: Reduced): Value {
  return shareAmong(eq(x, restored(out, x.type.shape, attributes)), grad, x, attributes);
}

/** As extremeBackward of all elements; where the extreme is NaN, the NaNs share (PyTorch's evenly_distribute_backward). */
function wholeExtremeBackward(grad: Value, x: Value, out: Value): Value {
  return shareAmong(logicalOr(eq(x, out), logicalAnd(ne(x, x), ne(out, out))), grad, x, all);
}

function shareAmong(mask: Value, grad: Value, { type: { shape, dtype } }: Value, attributes: Reduced): Value {
  const count = sum(to(mask, { dtype }), { dims: attributes.dims, keepdim: true });
  return div(where(mask, restored(grad, shape, attributes), 0), count);
}

const tied = [
  kink([given([3, 1, 3, 2, 3, 0], [2, 3])]),
  kink([given([3, 1, 3, 2, 2, 2], [2, 3])], { dims: [1] }),
  sample([given([4, -1, 7], [3], "int64")]),
];

export const amax = defineOp({
  operands: input,
  attributes: reduced,
  summary: "The largest element, of all dimensions or of some; equal ones share the gradient.",
  formula: "y = \\max_i x_i",
  gradientFormula: "\\bar x_i = \\bar y \\, \\frac{[x_i = y]}{\\#\\{j : x_j = y\\}}",
  category: "reduce",
  label: "Amax",
  glyph: "max",
  chip: "dims",
  search: ["maximum", "largest", "max"],
}).rules({
  type: ({ operands, attributes }) => extremeType(operands.input, attributes, "maximum"),
  compute: {
    kind: "reduce",
    monoid: "max",
    dims: ({ operands, attributes }) => reducedDims(attributes.dims, operands.input.shape),
  },
  gradients: {
    input: ({ grad, operands, out, attributes }) => extremeBackward(grad, operands.input, out, attributes),
  },
  torch: { python: "torch.amax({input}, dim={dims}, keepdim={keepdim})" },
  samples: [...reductionSamples(), ...tied],
});

export const amin = defineOp({
  operands: input,
  attributes: reduced,
  summary: "The smallest element, of all dimensions or of some; equal ones share the gradient.",
  formula: "y = \\min_i x_i",
  gradientFormula: "\\bar x_i = \\bar y \\, \\frac{[x_i = y]}{\\#\\{j : x_j = y\\}}",
  category: "reduce",
  label: "Amin",
  glyph: "min",
  chip: "dims",
  search: ["minimum", "smallest", "min"],
}).rules({
  type: ({ operands, attributes }) => extremeType(operands.input, attributes, "minimum"),
  compute: {
    kind: "reduce",
    monoid: "min",
    dims: ({ operands, attributes }) => reducedDims(attributes.dims, operands.input.shape),
  },
  gradients: {
    input: ({ grad, operands, out, attributes }) => extremeBackward(grad, operands.input, out, attributes),
  },
  torch: { python: "torch.amin({input}, dim={dims}, keepdim={keepdim})" },
  samples: [...reductionSamples(), ...tied],
});

const all: Reduced = { dims: null, keepdim: false };
const wholeSamples = [
  sample([drawn([2, 3])]),
  sample([drawn([])]),
  sample([drawn([4], -2, 2, 2, "float64")]),
  ...tied.filter(({ attributes }) => attributes === undefined),
  kink([given([3, NaN, 7, NaN])]),
];

export const max = defineOp({
  operands: input,
  attributes: {},
  summary: "The largest of all elements; equal ones share the gradient.",
  formula: "y = \\max_i x_i",
  gradientFormula: "\\bar x_i = \\bar y \\, \\frac{[x_i = y]}{\\#\\{j : x_j = y\\}}",
  category: "reduce",
  label: "Max",
  glyph: "max",
  search: ["maximum", "largest", "peak"],
}).rules({
  type: ({ operands }) => extremeType(operands.input, all, "maximum"),
  compute: { kind: "composite", body: (operands) => amax(operands.input) },
  gradients: { input: ({ grad, operands, out }) => wholeExtremeBackward(grad, operands.input, out) },
  torch: { python: "torch.max({input})" },
  gradFn: "MaxBackward1",
  samples: wholeSamples,
});

export const min = defineOp({
  operands: input,
  attributes: {},
  summary: "The smallest of all elements; equal ones share the gradient.",
  formula: "y = \\min_i x_i",
  gradientFormula: "\\bar x_i = \\bar y \\, \\frac{[x_i = y]}{\\#\\{j : x_j = y\\}}",
  category: "reduce",
  label: "Min",
  glyph: "min",
  search: ["minimum", "smallest"],
}).rules({
  type: ({ operands }) => extremeType(operands.input, all, "minimum"),
  compute: { kind: "composite", body: (operands) => amin(operands.input) },
  gradients: { input: ({ grad, operands, out }) => wholeExtremeBackward(grad, operands.input, out) },
  torch: { python: "torch.min({input})" },
  gradFn: "MinBackward1",
  samples: wholeSamples,
});

/** |x| raised to p; below 1 the slope at 0 is infinite, and PyTorch's gradient there is 0. */
function safePower(x: Value, p: number): Value {
  if (p === 2) return pow(x, 2);
  if (p >= 1) return pow(abs(x), p);
  const isZero = eq(x, 0);
  return where(isZero, 0, pow(abs(where(isZero, 1, x)), p));
}

/** x raised to 1/p with gradient 0 where x is 0: the root of a norm (PyTorch masks it likewise). */
function safeRoot(x: Value, p: number): Value {
  const isZero = eq(x, 0);
  const positive = where(isZero, 1, x);
  return where(isZero, 0, p === 2 ? sqrt(positive) : pow(positive, 1 / p));
}

export const norm = defineOp({
  operands: input,
  attributes: {
    p: attribute.float({ default: 2, min: 0, summary: "The order; Infinity for the largest |x|." }),
    ...reduced,
  },
  summary: "The p-norm of the elements, of all dimensions or of some; its gradient at 0 is 0.",
  formula: "y = \\Bigl( \\sum_i |x_i|^p \\Bigr)^{1/p}",
  gradientFormula: "\\bar x_i = \\bar y \\, \\operatorname{sign}(x_i) \\Bigl( \\frac{|x_i|}{y} \\Bigr)^{p-1}",
  category: "reduce",
  label: "Norm",
  glyph: "‖x‖",
  chip: "p",
  search: ["length", "magnitude", "euclidean", "l2", "l1", "frobenius"],
}).rules({
  type: ({ operands: { input: x }, attributes }) => {
    requireFloat("input", x);
    if (attributes.p === Infinity) return extremeType(x, attributes, "maximum");
    return tensorType(x.dtype, reducedShape(x.shape, attributes));
  },
  compute: {
    kind: "composite",
    body: ({ input: x }, { attributes: { p, dims, keepdim } }) => {
      const folded = { dims, keepdim };
      if (p === Infinity) return amax(abs(x), folded);
      if (p === 0) return sum(to(ne(x, 0), { dtype: x.type.dtype }), folded);
      if (p === 1) return sum(abs(x), folded);
      return safeRoot(sum(safePower(x, p), folded), p);
    },
  },
  gradients: "inherit",
  torch: { python: "torch.linalg.vector_norm({input}, {p}, dim={dims}, keepdim={keepdim})" },
  gradFn: "LinalgVectorNormBackward0",
  samples: [
    ...reductionSamples(0.5, 2),
    sample([drawn([2, 3], 0.5, 2)], { p: 1 }),
    sample([drawn([2, 3], -2, -0.5)], { p: 3, dims: [1] }),
    sample([drawn([2, 3], 0.5, 2)], { p: 2.5 }),
    sample([drawn([2, 3], 0.5, 2)], { p: "Infinity", dims: [0] }),
    kink([given([0, 2, 0, NaN, -Infinity])], { p: 0 }),
    kink([given([0, -4, 9])], { p: 0.5 }),
    sample([drawn([2, 3], 0.5, 2, 1, "float64")], { p: 1.5 }),
    kink([given([0, 0, 0])]),
    kink([given([0, 3, 4])]),
    kink([given([0, 0, 3, 4], [2, 2])], { dims: [1] }),
    kink([given([0, 0, 0])], { p: 3 }),
    kink([given([0, -1, 2])], { p: 1 }),
  ],
});
