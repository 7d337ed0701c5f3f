/** @file Views that regroup or repeat extents: reshape, view, flatten, unsqueeze, squeeze, expand. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import { operand } from "../ir/op";
import { refuse } from "../ir/refusal";
import { elementCount, normalizeDim, normalizeDims, type Shape } from "../ir/shape";
import { tensorType } from "./output-types";
import { drawn, given, kink, sample } from "./samples";

const input = [operand("input")] as const;

/** The extents with −1 replaced by what is left over; refuses extents that the elements do not fill. */
function inferExtents(from: Shape, to: Shape): Shape {
  const count = elementCount(from);
  const known = to.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
  const open = to.filter((extent) => extent === -1).length;
  const inferred = open === 1 && known > 0 ? count / known : NaN;
  const fits = open === 0 ? known === count : Number.isInteger(inferred);
  if (!fits) refuse("shape.reshape", { from, count, to });
  return to.map((extent) => (extent === -1 ? inferred : extent));
}

export const reshape = defineOp({
  operands: input,
  attributes: { shape: attribute.inferredShape({ default: [-1], summary: "One extent may be −1: what is left." }) },
  summary: "The same elements in another shape.",
  formula: "y = \\operatorname{reshape}(x)",
  gradientFormula: "\\bar x = \\operatorname{reshape}(\\bar y)",
  category: "view",
  label: "Reshape",
  glyph: "▦",
  chip: "shape",
  search: ["resize", "shape"],
  shares: true,
}).rules({
  type: ({ operands, attributes }) =>
    tensorType(operands.input.dtype, inferExtents(operands.input.shape, attributes.shape)),
  compute: { kind: "view", view: () => ({ kind: "reshape" }) },
  gradients: { input: ({ grad, operands }) => reshape(grad, { shape: operands.input.type.shape }) },
  torch: { python: "{input}.reshape({shape})" },
  gradFn: "ReshapeAliasBackward0",
  samples: [
    sample([drawn([2, 6])], { shape: [3, 4] }),
    sample([drawn([2, 6])], { shape: [-1] }),
    sample([drawn([2, 6])], { shape: [2, -1, 3] }),
    sample([drawn([1])], { shape: [] }),
    sample([drawn([])], { shape: [1, 1] }),
    sample([drawn([0, 3])], { shape: [3, 0] }),
    sample([given([1, 2], [2], "int64")], { shape: [2, 1] }),
  ],
});

export const view = defineOp({
  operands: input,
  attributes: { shape: attribute.inferredShape({ default: [-1], summary: "One extent may be −1: what is left." }) },
  summary: "The same elements in another shape, as reshape; here every tensor can be viewed.",
  formula: "y = \\operatorname{view}(x)",
  gradientFormula: "\\bar x = \\operatorname{view}(\\bar y)",
  category: "view",
  label: "View",
  glyph: "▦",
  chip: "shape",
  search: ["reshape", "shape"],
  shares: true,
}).rules({
  type: ({ operands, attributes }) =>
    tensorType(operands.input.dtype, inferExtents(operands.input.shape, attributes.shape)),
  compute: { kind: "composite", body: (operands, { out }) => reshape(operands.input, { shape: out.shape }) },
  gradients: "inherit",
  torch: { python: "{input}.view({shape})" },
  samples: [
    sample([drawn([4, 4])], { shape: [16] }),
    sample([drawn([4, 4])], { shape: [-1, 8] }),
    sample([drawn([])], { shape: [1] }),
    sample([drawn([0, 2])], { shape: [2, 0] }),
  ],
});

export const flatten = defineOp({
  operands: input,
  attributes: { startDim: attribute.int({ default: 0 }), endDim: attribute.int({ default: -1 }) },
  summary: "Joins the dimensions from startDim to endDim into one.",
  formula: "y = \\operatorname{flatten}(x)",
  gradientFormula: "\\bar x = \\operatorname{reshape}(\\bar y)",
  category: "view",
  label: "Flatten",
  glyph: "▭",
  search: ["ravel", "vector", "join dimensions"],
  shares: true,
}).rules({
  type: ({ operands: { input: x }, attributes: { startDim, endDim } }) => {
    const rank = x.shape.length;
    const start = normalizeDim(startDim, rank);
    const end = normalizeDim(endDim, rank);
    if (start > end) {
      refuse("range.empty", { what: "flatten", low: start, high: end, expected: "startDim at most endDim" });
    }
    const joined = elementCount(x.shape.slice(start, end + 1));
    return tensorType(x.dtype, [...x.shape.slice(0, start), joined, ...x.shape.slice(end + 1)]);
  },
  compute: { kind: "composite", body: (operands, { out }) => reshape(operands.input, { shape: out.shape }) },
  gradients: "inherit",
  torch: { python: "torch.flatten({input}, {startDim}, {endDim})" },
  gradFn: "ReshapeAliasBackward0",
  samples: [
    sample([drawn([2, 3, 4])]),
    sample([drawn([2, 3, 4])], { startDim: 1 }),
    sample([drawn([2, 3, 4])], { startDim: 0, endDim: 1 }),
    sample([drawn([2, 1])], { startDim: 0, endDim: 1 }),
    sample([drawn([])]),
    sample([drawn([2, 0, 3])], { startDim: 1 }),
  ],
});

export const unsqueeze = defineOp({
  operands: input,
  attributes: { dim: attribute.int({ default: 0 }) },
  summary: "Puts a dimension of extent 1 in.",
  formula: "y = \\operatorname{unsqueeze}(x)",
  gradientFormula: "\\bar x = \\operatorname{squeeze}(\\bar y)",
  category: "view",
  label: "Unsqueeze",
  glyph: "⊞",
  chip: "dim",
  search: ["add dimension", "expand dims", "newaxis"],
  shares: true,
}).rules({
  type: ({ operands: { input: x }, attributes }) => {
    const dim = normalizeDim(attributes.dim, x.shape.length + 1);
    return tensorType(x.dtype, [...x.shape.slice(0, dim), 1, ...x.shape.slice(dim)]);
  },
  compute: { kind: "composite", body: (operands, { out }) => reshape(operands.input, { shape: out.shape }) },
  gradients: "inherit",
  torch: { python: "{input}.unsqueeze({dim})" },
  samples: [
    sample([drawn([2, 3])], { dim: 0 }),
    sample([drawn([2, 3])], { dim: -1 }),
    sample([drawn([2, 3])], { dim: 1 }),
    sample([drawn([])], { dim: 0 }),
    sample([drawn([0])], { dim: -2 }),
  ],
});

export const squeeze = defineOp({
  operands: input,
  attributes: { dim: attribute.intOrNull({ default: null, summary: "null drops every dimension of extent 1." }) },
  summary: "Drops a dimension of extent 1, or all of them.",
  formula: "y = \\operatorname{squeeze}(x)",
  gradientFormula: "\\bar x = \\operatorname{unsqueeze}(\\bar y)",
  category: "view",
  label: "Squeeze",
  glyph: "⊟",
  chip: "dim",
  search: ["drop dimension", "remove axis"],
  shares: true,
}).rules({
  type: ({ operands: { input: x }, attributes: { dim } }) => {
    const dims = normalizeDims(dim === null ? null : [dim], x.shape.length);
    const shape = x.shape.filter((extent, axis) => !(extent === 1 && dims.includes(axis)));
    return tensorType(x.dtype, shape);
  },
  compute: { kind: "composite", body: (operands, { out }) => reshape(operands.input, { shape: out.shape }) },
  gradients: "inherit",
  torch: { python: "{input}.squeeze({dim})" },
  gradFn: ({ attributes: { dim } }) => (dim === null ? "SqueezeBackward0" : "SqueezeBackward1"),
  samples: [
    sample([drawn([1, 3, 1])]),
    sample([drawn([1, 3, 1])], { dim: 0 }),
    sample([drawn([1, 3, 1])], { dim: -1 }),
    sample([drawn([2, 3])], { dim: 0 }),
    sample([drawn([])]),
  ],
});

/** The extents with −1 replaced by the operand's own; refuses extents that do not repeat it. */
function expandExtents(from: Shape, to: Shape): Shape {
  const extra = to.length - from.length;
  const result = to.map((extent, axis) => (extent === -1 ? (from[axis - extra] ?? -1) : extent));
  const fits = from.every((extent, axis) => extent === 1 || extent === result[axis + extra]);
  if (extra < 0 || !fits || result.includes(-1)) refuse("shape.expand", { from, to });
  return result;
}

export const expand = defineOp({
  operands: input,
  attributes: { shape: attribute.inferredShape({ default: [], summary: "−1 keeps an extent." }) },
  summary: "Repeats extents of 1 without copying.",
  formula: "y = \\operatorname{expand}(x)",
  gradientFormula: "\\bar x = \\textstyle\\sum_{\\text{repeated}} \\bar y",
  category: "view",
  label: "Expand",
  glyph: "⇲",
  chip: "shape",
  search: ["broadcast", "repeat", "broadcast_to"],
  shares: true,
}).rules({
  type: ({ operands, attributes }) =>
    tensorType(operands.input.dtype, expandExtents(operands.input.shape, attributes.shape)),
  compute: { kind: "view", view: () => ({ kind: "expand" }) },
  // Backward sums what was repeated: Note [Un-broadcasting].
  gradients: { input: ({ grad }) => grad },
  torch: { python: "{input}.expand({shape})" },
  samples: [
    sample([drawn([3, 1])], { shape: [3, 4] }),
    sample([drawn([3])], { shape: [2, 3] }),
    sample([drawn([3, 1])], { shape: [2, -1, 4] }),
    sample([drawn([])], { shape: [2, 2] }),
    sample([drawn([1, 2])], { shape: [0, 2] }),
    kink([given([1, 2], [2], "int64")], { shape: [2, 2] }),
  ],
});
