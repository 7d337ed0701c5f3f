/** @file Tensors from nothing: tensor, full, zeros, ones, empty, their _like forms, linspace, arange, leaf. */
import { attribute } from "../ir/attribute";
import { defineOp } from "../ir/define-op";
import { isFloat, kindOf, type DType } from "../ir/dtype";
import { flatten, nestedShape } from "../ir/nested-numbers";
import { notDifferentiable, operand } from "../ir/op";
import { currentRecorder } from "../ir/recorder";
import { refuse } from "../ir/refusal";
import { tensorData } from "../ir/tensor";
import { tensorType } from "./output-types";
import { drawn, given, sample } from "./samples";

const onlyItsType = notDifferentiable("only its shape and dtype are used");
const size = attribute.shape({ default: [], summary: "Extents, outermost first." });
const float32 = attribute.dtype({ default: "float32" });
const sameDType = attribute.dtypeOrNull({ default: null, summary: "null keeps the operand's dtype." });

/** Refuses NaN and infinities for an integer dtype, as PyTorch does (value cannot be converted without overflow). */
function requireHeld(attribute: string, values: readonly number[], dtype: DType): void {
  const stray = kindOf(dtype) === "int" ? values.find((value) => !Number.isFinite(value)) : undefined;
  if (stray !== undefined) {
    refuse("attribute.invalid", { attribute, found: String(stray), expected: `finite numbers for ${dtype}` });
  }
}

/** PyTorch's inference from Python numbers: integers give int64, anything else float32. */
function inferDType(values: readonly number[], dtype: DType | null): DType {
  if (dtype !== null) return dtype;
  return values.length > 0 && values.every(Number.isInteger) ? "int64" : "float32";
}

export const tensor = defineOp({
  operands: [],
  attributes: {
    data: attribute.tensor({ default: 0, summary: "A number, or nested lists of numbers." }),
    dtype: attribute.dtypeOrNull({ default: null, summary: "null: int64 for integers, float32 otherwise." }),
  },
  summary: "A constant tensor written out.",
  formula: "y = c",
  gradientFormula: "\\text{none}",
  category: "creation",
  label: "Tensor",
  glyph: "[ ]",
  chip: "data",
  search: ["constant", "number", "list", "array", "from list"],
}).rules({
  type: ({ attributes: { data, dtype } }) => {
    const values = flatten(data);
    const type = tensorType(inferDType(values, dtype), nestedShape(data, "data"));
    requireHeld("data", values, type.dtype);
    return type;
  },
  compute: {
    kind: "composite",
    body: (_, { attributes, out }) =>
      currentRecorder().data(tensorData(out.dtype, out.shape, flatten(attributes.data))),
  },
  gradients: {},
  torch: { python: "torch.tensor({data}, dtype={dtype})" },
  samples: [
    sample([], { data: 3 }),
    sample([], { data: 2.5 }),
    sample([], { data: [1, 2, 3] }),
    sample([], { data: [[1, 2.5], [3, 4]] }), // prettier-ignore
    sample([], { data: [1, 0], dtype: "bool" }),
    sample([], { data: [[1, 2]], dtype: "float64" }),
    sample([], { data: [] }),
    sample([], { data: ["NaN", "Infinity", "-Infinity"] }),
  ],
});

export const full = defineOp({
  operands: [],
  attributes: { size, fillValue: attribute.float({ default: 0 }), dtype: float32 },
  summary: "A tensor with every element the same number.",
  formula: "y_i = c",
  gradientFormula: "\\text{none}",
  category: "creation",
  label: "Full",
  glyph: "c",
  chip: "fillValue",
  search: ["fill", "constant"],
}).rules({
  type: ({ attributes }) => {
    requireHeld("fillValue", [attributes.fillValue], attributes.dtype);
    return tensorType(attributes.dtype, attributes.size);
  },
  compute: {
    kind: "pointwise",
    promotion: "none",
    expression: (s, _, { attributes, out }) => s.constant(attributes.fillValue, out.dtype),
  },
  gradients: {},
  torch: { python: "torch.full({size}, {fillValue}, dtype={dtype!})" },
  samples: [
    sample([], { size: [2, 3], fillValue: 1.5 }),
    sample([], { size: [], fillValue: -2 }),
    sample([], { size: [0, 3], fillValue: 1 }),
    sample([], { size: [3], fillValue: 7, dtype: "int64" }),
    sample([], { size: [2], fillValue: 1, dtype: "bool" }),
    sample([], { size: [2], fillValue: "Infinity", dtype: "float64" }),
  ],
});

const shapedSamples = [
  sample([], { size: [2, 3] }),
  sample([], { size: [] }),
  sample([], { size: [3, 0] }),
  sample([], { size: [4], dtype: "int64" }),
  sample([], { size: [1, 2], dtype: "float64" }),
  sample([], { size: [2], dtype: "bool" }),
];

export const zeros = defineOp({
  operands: [],
  attributes: { size, dtype: float32 },
  summary: "A tensor of zeros.",
  formula: "y_i = 0",
  gradientFormula: "\\text{none}",
  category: "creation",
  label: "Zeros",
  glyph: "0",
  chip: "size",
  search: ["zero", "blank"],
}).rules({
  type: ({ attributes }) => tensorType(attributes.dtype, attributes.size),
  compute: { kind: "composite", body: (_, { attributes }) => full({ ...attributes, fillValue: 0 }) },
  gradients: {},
  torch: { python: "torch.zeros({size}, dtype={dtype})" },
  samples: shapedSamples,
});

export const ones = defineOp({
  operands: [],
  attributes: { size, dtype: float32 },
  summary: "A tensor of ones.",
  formula: "y_i = 1",
  gradientFormula: "\\text{none}",
  category: "creation",
  label: "Ones",
  glyph: "1",
  chip: "size",
  search: ["one", "unit"],
}).rules({
  type: ({ attributes }) => tensorType(attributes.dtype, attributes.size),
  compute: { kind: "composite", body: (_, { attributes }) => full({ ...attributes, fillValue: 1 }) },
  gradients: {},
  torch: { python: "torch.ones({size}, dtype={dtype})" },
  samples: shapedSamples,
});

export const empty = defineOp({
  operands: [],
  attributes: { size, dtype: float32 },
  summary: "A tensor to be filled later; here it holds zeros, in PyTorch whatever the memory held.",
  formula: "y_i = 0",
  gradientFormula: "\\text{none}",
  category: "creation",
  label: "Empty",
  glyph: "∅",
  chip: "size",
  search: ["uninitialized", "allocate"],
}).rules({
  type: ({ attributes }) => tensorType(attributes.dtype, attributes.size),
  compute: { kind: "composite", body: (_, { attributes }) => full({ ...attributes, fillValue: 0 }) },
  gradients: {},
  torch: { python: "torch.empty({size}, dtype={dtype})" },
  // Without elements, because PyTorch's are whatever the memory held.
  samples: [sample([], { size: [0] }), sample([], { size: [2, 0], dtype: "int64" })],
});

export const fullLike = defineOp({
  operands: [operand("input")],
  attributes: { fillValue: attribute.float({ default: 0 }), dtype: sameDType },
  summary: "A tensor of the operand's shape with every element the same number.",
  formula: "y_i = c",
  gradientFormula: "\\text{none}",
  category: "creation",
  label: "FullLike",
  glyph: "c~",
  chip: "fillValue",
  search: ["fill like", "constant"],
}).rules({
  type: ({ operands: { input }, attributes }) => {
    const dtype = attributes.dtype ?? input.dtype;
    requireHeld("fillValue", [attributes.fillValue], dtype);
    return tensorType(dtype, input.shape);
  },
  compute: {
    kind: "composite",
    body: (_, { attributes, out }) => full({ size: out.shape, dtype: out.dtype, fillValue: attributes.fillValue }),
  },
  gradients: { input: onlyItsType },
  torch: { python: "torch.full_like({input}, {fillValue}, dtype={dtype})" },
  samples: [
    sample([drawn([2, 3])], { fillValue: 1.5 }),
    sample([given([1, 2], [2], "int64")], { fillValue: 3 }),
    sample([drawn([2])], { fillValue: 3, dtype: "int64" }),
  ],
});

const likeSamples = [
  sample([drawn([2, 3])]),
  sample([given([1, 2], [2], "int64")]),
  sample([drawn([2])], { dtype: "float64" }),
  sample([drawn([])]),
];

export const zerosLike = defineOp({
  operands: [operand("input")],
  attributes: { dtype: sameDType },
  summary: "Zeros of the operand's shape.",
  formula: "y_i = 0",
  gradientFormula: "\\text{none}",
  category: "creation",
  label: "ZerosLike",
  glyph: "0~",
  search: ["zero like"],
}).rules({
  type: ({ operands: { input }, attributes }) => tensorType(attributes.dtype ?? input.dtype, input.shape),
  compute: { kind: "composite", body: (_, { out }) => full({ size: out.shape, dtype: out.dtype, fillValue: 0 }) },
  gradients: { input: onlyItsType },
  torch: { python: "torch.zeros_like({input}, dtype={dtype})" },
  samples: likeSamples,
});

export const onesLike = defineOp({
  operands: [operand("input")],
  attributes: { dtype: sameDType },
  summary: "Ones of the operand's shape.",
  formula: "y_i = 1",
  gradientFormula: "\\text{none}",
  category: "creation",
  label: "OnesLike",
  glyph: "1~",
  search: ["one like"],
}).rules({
  type: ({ operands: { input }, attributes }) => tensorType(attributes.dtype ?? input.dtype, input.shape),
  compute: { kind: "composite", body: (_, { out }) => full({ size: out.shape, dtype: out.dtype, fillValue: 1 }) },
  gradients: { input: onlyItsType },
  torch: { python: "torch.ones_like({input}, dtype={dtype})" },
  samples: likeSamples,
});

export const leaf = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "Makes a value a leaf that requires a gradient: backward stops here and accumulates.",
  formula: "y = x",
  gradientFormula: "\\text{none}",
  category: "gradient",
  label: "Leaf",
  glyph: "∂",
  search: ["requires_grad", "parameter", "variable", "track"],
  shares: true,
}).rules({
  type: ({ operands: { input } }) => {
    if (!isFloat(input.dtype)) refuse("leaf.dtype", { dtype: input.dtype });
    return { dtype: input.dtype, shape: input.shape };
  },
  compute: { kind: "composite", body: ({ input }) => currentRecorder().leaf(input) },
  gradients: { input: notDifferentiable("a leaf is where backward stops") },
  torch: { python: "{input}.detach().requires_grad_()" },
  samples: [sample([drawn([2, 3])]), sample([drawn([])])],
});
