/** @file Parts of a tensor: slice, select, and the adjoint sliceBackward. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import { operand } from "../ir/op";
import { refuse } from "../ir/refusal";
import { normalizeDim, type Shape } from "../ir/shape";
import { tensorType } from "./output-types";
import { drawn, given, sample } from "./samples";
import { reshape } from "./shape-views";

const input = [operand("input")] as const;

interface SliceAttributes {
  readonly dim: number;
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number;
}

interface Bounds {
  readonly dim: number;
  readonly start: number;
  readonly stop: number;
  readonly count: number;
}

/** Python's slice on one dimension: negative bounds count from the end, bounds beyond an end are clipped. */
function boundsOf(shape: Shape, { dim, start, stop, step }: SliceAttributes): Bounds {
  if (shape.length === 0) {
    refuse("rank.mismatch", { operand: "input", shape, expected: "at least 1 dimension" });
  }
  const axis = normalizeDim(dim, shape.length);
  const extent = shape[axis] ?? 0;
  const clip = (bound: number) => Math.min(Math.max(bound < 0 ? bound + extent : bound, 0), extent);
  const first = clip(start ?? 0);
  const last = Math.max(clip(stop ?? extent), first);
  return { dim: axis, start: first, stop: last, count: Math.ceil((last - first) / step) };
}

function withExtent(shape: Shape, dim: number, extent: number): Shape {
  return shape.map((old, axis) => (axis === dim ? extent : old));
}

export const slice = defineOp({
  operands: input,
  attributes: {
    dim: attribute.int({ default: 0 }),
    start: attribute.intOrNull({ default: null }),
    stop: attribute.intOrNull({ default: null }),
    step: attribute.int({ default: 1, min: 1 }),
  },
  summary: "The part from start up to, not including, stop of one dimension, as x[start:stop:step].",
  formula: "y_i = x_{a + s i}",
  gradientFormula: "\\bar x_{a + s i} = \\bar y_i, \\quad 0 \\text{ elsewhere}",
  category: "view",
  label: "Slice",
  glyph: "x[:]",
  search: ["index", "part", "narrow", "rows", "columns", "crop"],
  shares: true,
}).rules({
  type: ({ operands: { input: x }, attributes }) => {
    const { dim, count } = boundsOf(x.shape, attributes);
    return tensorType(x.dtype, withExtent(x.shape, dim, count));
  },
  compute: {
    kind: "view",
    view: ({ operands, attributes }) => {
      const { dim, start } = boundsOf(operands.input.shape, attributes);
      return { kind: "slice", dim, start, step: attributes.step };
    },
  },
  gradients: {
    input: ({ grad, operands, attributes }) => {
      const shape = operands.input.type.shape;
      const { dim, start } = boundsOf(shape, attributes);
      return sliceBackward(grad, { shape, dim, start, step: attributes.step });
    },
  },
  torch: { python: "torch.ops.aten.slice({input}, dim={dim}, start={start}, end={stop}, step={step})" },
  samples: [
    sample([drawn([5, 3])], { start: 1, stop: 4 }),
    sample([drawn([5, 3])], { start: 1, stop: 5, step: 2 }),
    sample([drawn([5, 3])], { dim: 1, start: -2 }),
    sample([drawn([5, 3])], { dim: -1, stop: -1 }),
    sample([drawn([5])], { start: -100, stop: 100, step: 3 }),
    sample([drawn([5])], { start: 4, stop: 2 }),
    sample([drawn([2, 4, 3])], { dim: 1, start: 1, stop: 2 }),
    sample([given([1, 2, 3], [3], "int64")], { step: 2 }),
  ],
});

export const sliceBackward = defineOp({
  operands: input,
  attributes: {
    shape: attribute.shape({ default: [], summary: "The shape of what was sliced." }),
    dim: attribute.int({ default: 0 }),
    start: attribute.int({ default: 0, min: 0 }),
    step: attribute.int({ default: 1, min: 1 }),
  },
  summary: "Puts a slice back where it came from, with zeros elsewhere: the gradient of slice.",
  formula: "y_{a + s i} = x_i, \\quad 0 \\text{ elsewhere}",
  gradientFormula: "\\bar x_i = \\bar y_{a + s i}",
  category: "gradient",
  label: "SliceBackward",
  glyph: "[:]ᵀ",
  search: ["pad", "scatter", "adjoint"],
}).rules({
  type: ({ operands: { input: x }, attributes: { shape, dim, start, step } }) => {
    const { dim: axis, count } = boundsOf(shape, { dim, start, stop: null, step });
    const extent = x.shape[axis] ?? -1;
    const expected = withExtent(shape, axis, extent);
    if (extent > count || x.shape.length !== shape.length || x.shape.some((e, i) => e !== expected[i])) {
      refuse("rank.mismatch", { operand: "input", shape: x.shape, expected: `a slice of [${shape.join(", ")}]` });
    }
    return tensorType(x.dtype, shape);
  },
  compute: {
    kind: "view",
    view: ({ attributes: { shape, dim, start, step } }) => ({
      kind: "pad",
      dim: normalizeDim(dim, shape.length),
      start,
      step,
    }),
  },
  gradients: {
    input: ({ grad, operands, attributes: { dim, start, step } }) => {
      const count = operands.input.type.shape[normalizeDim(dim, grad.type.shape.length)] ?? 0;
      return slice(grad, { dim, start, stop: count === 0 ? start : start + (count - 1) * step + 1, step });
    },
  },
  torch: {
    notInTorch: "PyTorch has it only inside autograd (aten::slice_backward), where it is not differentiable by itself.",
  },
  samples: [
    sample([drawn([3, 2])], { shape: [5, 2], start: 1 }),
    sample([drawn([2, 3])], { shape: [2, 8], dim: 1, start: 1, step: 3 }),
    sample([drawn([2])], { shape: [6], dim: -1, start: 1, step: 2 }),
    sample([drawn([0])], { shape: [4], start: 4 }),
  ],
});

export const select = defineOp({
  operands: input,
  attributes: { dim: attribute.int({ default: 0 }), index: attribute.int({ default: 0 }) },
  summary: "One entry of a dimension, which it drops, as x[:, index].",
  formula: "y = x_{\\dots k \\dots}",
  gradientFormula: "\\bar x_{\\dots k \\dots} = \\bar y, \\quad 0 \\text{ elsewhere}",
  category: "view",
  label: "Select",
  glyph: "x[k]",
  chip: "index",
  search: ["index", "row", "column", "pick", "item"],
  shares: true,
}).rules({
  type: ({ operands: { input: x }, attributes: { dim, index } }) => {
    if (x.shape.length === 0) {
      refuse("rank.mismatch", { operand: "input", shape: x.shape, expected: "at least 1 dimension" });
    }
    const axis = normalizeDim(dim, x.shape.length);
    const extent = x.shape[axis] ?? 0;
    if (index < -extent || index >= extent) {
      refuse("index.range", { index, dim: axis, extent, low: -extent, high: extent - 1 });
    }
    return tensorType(
      x.dtype,
      x.shape.filter((_, i) => i !== axis),
    );
  },
  compute: {
    kind: "composite",
    body: (operands, { attributes: { dim, index }, out }) => {
      const shape = operands.input.type.shape;
      const extent = shape[normalizeDim(dim, shape.length)] ?? 0;
      const start = index < 0 ? index + extent : index;
      return reshape(slice(operands.input, { dim, start, stop: start + 1 }), { shape: out.shape });
    },
  },
  gradients: "inherit",
  torch: { python: "{input}.select({dim}, {index})" },
  samples: [
    sample([drawn([4, 3])], { dim: 1, index: 1 }),
    sample([drawn([4, 3])], { dim: 0, index: -1 }),
    sample([drawn([4])], { index: 2 }),
    sample([drawn([2, 3, 4])], { dim: -2, index: 0 }),
  ],
});
