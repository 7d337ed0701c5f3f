/** @file Views that reorder dimensions: permute, transpose, t. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import { operand } from "../ir/op";
import { refuse } from "../ir/refusal";
import { normalizeDim } from "../ir/shape";
import { tensorType } from "./output-types";
import { drawn, given, sample } from "./samples";

const input = [operand("input")] as const;

/** Each dimension exactly once, non-negative; refuses anything else. */
function completeOrder(dims: readonly number[], rank: number): number[] {
  const order = dims.map((dim) => normalizeDim(dim, rank));
  if (order.length !== rank || new Set(order).size !== rank) refuse("dims.order", { dims, rank });
  return order;
}

export const permute = defineOp({
  operands: input,
  attributes: { dims: attribute.ints({ default: [], summary: "Every dimension, in its new order." }) },
  summary: "Reorders the dimensions.",
  formula: "y_{i_{p(1)} \\dots i_{p(n)}} = x_{i_1 \\dots i_n}",
  gradientFormula: "\\bar x = \\operatorname{permute}_{p^{-1}}(\\bar y)",
  category: "view",
  label: "Permute",
  glyph: "⤭",
  chip: "dims",
  search: ["reorder", "axes", "transpose"],
  shares: true,
}).rules({
  type: ({ operands: { input: x }, attributes }) => {
    const order = completeOrder(attributes.dims, x.shape.length);
    return tensorType(
      x.dtype,
      order.map((dim) => x.shape[dim] ?? 1),
    );
  },
  compute: {
    kind: "view",
    view: ({ operands, attributes }) => ({
      kind: "permute",
      order: completeOrder(attributes.dims, operands.input.shape.length),
    }),
  },
  gradients: {
    input: ({ grad, attributes }) => {
      const order = completeOrder(attributes.dims, grad.type.shape.length);
      return permute(grad, { dims: order.map((_, axis) => order.indexOf(axis)) });
    },
  },
  torch: { python: "{input}.permute({dims})" },
  samples: [
    sample([drawn([2, 3, 4])], { dims: [2, 0, 1] }),
    sample([drawn([2, 3, 4])], { dims: [-1, 1, 0] }),
    sample([drawn([2, 3])], { dims: [1, 0] }),
    sample([drawn([2, 0, 1])], { dims: [1, 2, 0] }),
    sample([drawn([])], { dims: [] }),
  ],
});

function swapped(rank: number, dim0: number, dim1: number): number[] {
  const a = normalizeDim(dim0, rank);
  const b = normalizeDim(dim1, rank);
  return Array.from({ length: rank }, (_, axis) => (axis === a ? b : axis === b ? a : axis));
}

export const transpose = defineOp({
  operands: input,
  attributes: { dim0: attribute.int({ default: 0 }), dim1: attribute.int({ default: 1 }) },
  summary: "Swaps two dimensions.",
  formula: "y_{\\dots j \\dots i \\dots} = x_{\\dots i \\dots j \\dots}",
  gradientFormula: "\\bar x = \\operatorname{transpose}(\\bar y)",
  category: "view",
  label: "Transpose",
  glyph: "⇄",
  search: ["swap", "swapaxes"],
  shares: true,
}).rules({
  type: ({ operands: { input: x }, attributes: { dim0, dim1 } }) =>
    tensorType(
      x.dtype,
      swapped(x.shape.length, dim0, dim1).map((dim) => x.shape[dim] ?? 1),
    ),
  compute: {
    kind: "composite",
    body: (operands, { attributes: { dim0, dim1 } }) =>
      permute(operands.input, { dims: swapped(operands.input.type.shape.length, dim0, dim1) }),
  },
  gradients: "inherit",
  torch: { python: "{input}.transpose({dim0}, {dim1})" },
  samples: [
    sample([drawn([2, 3])]),
    sample([drawn([2, 3, 4])], { dim0: -1, dim1: 0 }),
    sample([drawn([2, 3])], { dim0: 1, dim1: 1 }),
  ],
});

export const t = defineOp({
  operands: input,
  attributes: {},
  summary: "Transposes a matrix; a vector or a scalar stays as it is.",
  formula: "Y = X^\\top",
  gradientFormula: "\\bar X = \\bar Y^\\top",
  category: "view",
  label: "T",
  glyph: "Xᵀ",
  search: ["transpose", "matrix"],
  shares: true,
}).rules({
  type: ({ operands: { input: x } }) => {
    if (x.shape.length > 2) {
      refuse("rank.mismatch", { operand: "input", shape: x.shape, expected: "at most 2 dimensions" });
    }
    return tensorType(
      x.dtype,
      x.shape.map((_, axis, all) => all[all.length - 1 - axis] ?? 1),
    );
  },
  compute: {
    kind: "composite",
    body: (operands) =>
      permute(operands.input, { dims: operands.input.type.shape.map((_, axis, all) => all.length - 1 - axis) }),
  },
  gradients: "inherit",
  torch: { python: "{input}.t()" },
  samples: [
    sample([drawn([2, 3])]),
    sample([drawn([3])]),
    sample([drawn([])]),
    sample([given([1, 2, 3, 4], [2, 2], "int64")]),
  ],
});
