/** @file Arithmetic: add, sub, mul, div, neg, reciprocal, abs, sign. */
import { defineOp } from "../ir/define-op";
import { operand, scalarOperand } from "../ir/op";
import { numericType, promotedFloatType, promotedType } from "./output-types";
import { binarySamples, given, kink, sample, unarySamples } from "./samples";
import { zerosLike } from "./creation";

const pair = [scalarOperand("input"), scalarOperand("other")] as const;

export const add = defineOp({
  operands: pair,
  attributes: {},
  summary: "Adds two tensors, element by element.",
  formula: "y = a + b",
  gradientFormula: "\\bar a = \\bar y, \\quad \\bar b = \\bar y",
  category: "pointwise",
  label: "Add",
  glyph: "+",
  search: ["plus", "sum of two", "bias"],
}).rules({
  type: ({ operands }) => promotedType(operands),
  // On bools PyTorch's + is a logical or; a sum converted to bool is the same.
  compute: {
    kind: "pointwise",
    promotion: "same",
    expression: (s, { input, other }, { out }) =>
      out.dtype === "bool" ? s.call("or", input, other) : s.call("add", input, other),
  },
  gradients: { input: ({ grad }) => grad, other: ({ grad }) => grad },
  torch: { python: "{input} + {other}" },
  samples: [
    ...binarySamples(),
    sample([given([1, 2, 3], [3], "int64"), given([4, 5, 6], [3], "int32")]),
    sample([given([0, 1, 1], [3], "bool"), given([0, 0, 1], [3], "bool")]),
    kink([given([1, Infinity, NaN]), given([Infinity, -Infinity, 1])]),
  ],
});

export const sub = defineOp({
  operands: pair,
  attributes: {},
  summary: "Subtracts the second tensor from the first.",
  formula: "y = a - b",
  gradientFormula: "\\bar a = \\bar y, \\quad \\bar b = -\\bar y",
  category: "pointwise",
  label: "Sub",
  glyph: "−",
  search: ["minus", "subtract", "difference"],
}).rules({
  type: ({ operands }) => numericType(operands),
  compute: {
    kind: "pointwise",
    promotion: "same",
    expression: (s, { input, other }) => s.call("sub", input, other),
  },
  gradients: { input: ({ grad }) => grad, other: ({ grad }) => neg(grad) },
  torch: { python: "{input} - {other}" },
  gradFn: ({ operands }) => (operands.input.weak === true ? "RsubBackward1" : "SubBackward0"),
  samples: binarySamples(),
});

export const mul = defineOp({
  operands: pair,
  attributes: {},
  summary: "Multiplies two tensors, element by element.",
  formula: "y = a \\, b",
  gradientFormula: "\\bar a = \\bar y \\, b, \\quad \\bar b = \\bar y \\, a",
  category: "pointwise",
  label: "Mul",
  glyph: "×",
  search: ["times", "multiply", "product", "hadamard", "scale"],
}).rules({
  type: ({ operands }) => promotedType(operands),
  compute: {
    kind: "pointwise",
    promotion: "same",
    expression: (s, { input, other }, { out }) =>
      out.dtype === "bool" ? s.call("and", input, other) : s.call("mul", input, other),
  },
  gradients: {
    input: ({ grad, operands }) => mul(grad, operands.other),
    other: ({ grad, operands }) => mul(grad, operands.input),
  },
  torch: { python: "{input} * {other}" },
  samples: [
    ...binarySamples(),
    sample([given([1, -2, 3], [3], "int64"), given([4, 5, 6], [3], "int32")]),
    sample([given([0, 1, 1], [3], "bool"), given([0, 0, 1], [3], "bool")]),
  ],
});

export const div = defineOp({
  operands: pair,
  attributes: {},
  summary: "Divides the first tensor by the second; integers give floats.",
  formula: "y = \\frac{a}{b}",
  gradientFormula: "\\bar a = \\frac{\\bar y}{b}, \\quad \\bar b = -\\bar y \\, \\frac{a}{b^2}",
  category: "pointwise",
  label: "Div",
  glyph: "÷",
  search: ["divide", "quotient", "ratio", "true_divide"],
}).rules({
  type: ({ operands }) => promotedFloatType(operands),
  compute: {
    kind: "pointwise",
    promotion: "float",
    expression: (s, { input, other }) => s.call("div", input, other),
  },
  gradients: {
    input: ({ grad, operands }) => div(grad, operands.other),
    // In PyTorch's order (div_tensor_other_grad): −ȳ · ((a / b) / b).
    other: ({ grad, operands }) => mul(neg(grad), div(div(operands.input, operands.other), operands.other)),
  },
  torch: { python: "{input} / {other}" },
  // A number divided by a tensor is the number times its reciprocal.
  gradFn: ({ operands }) => (operands.input.weak === true ? "MulBackward0" : "DivBackward0"),
  samples: [
    ...binarySamples(0.5, 3),
    sample([given([7, -7, 1], [3], "int64"), given([2, 2, 3], [3], "int64")]),
    kink([given([1, -1, 0]), given([0, 0, 0])]),
  ],
});

export const neg = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "Changes the sign.",
  formula: "y = -x",
  gradientFormula: "\\bar x = -\\bar y",
  category: "pointwise",
  label: "Neg",
  glyph: "−x",
  search: ["negative", "minus"],
}).rules({
  type: ({ operands }) => numericType(operands),
  compute: { kind: "pointwise", promotion: "same", expression: (s, { input }) => s.call("neg", input) },
  gradients: { input: ({ grad }) => neg(grad) },
  torch: { python: "-{input}" },
  samples: [...unarySamples(-2, 2), sample([given([1, -2, 0], [3], "int64")])],
});

export const reciprocal = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "One divided by each element.",
  formula: "y = \\frac{1}{x}",
  gradientFormula: "\\bar x = -\\bar y \\, y^2",
  category: "pointwise",
  label: "Reciprocal",
  glyph: "1/x",
  search: ["inverse", "one over"],
}).rules({
  type: ({ operands }) => promotedFloatType(operands),
  compute: {
    kind: "pointwise",
    promotion: "float",
    expression: (s, { input }) => s.call("div", s.constant(1, input.type), input),
  },
  gradients: { input: ({ grad, out }) => mul(neg(grad), mul(out, out)) },
  torch: { python: "torch.reciprocal({input})" },
  samples: [...unarySamples(0.5, 3, [0, -0.5, Infinity]), sample([given([1, 2, -4], [3], "int64")])],
});

export const abs = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "The absolute value; its gradient at 0 is 0.",
  formula: "y = |x|",
  gradientFormula: "\\bar x = \\bar y \\, \\operatorname{sign}(x)",
  category: "pointwise",
  label: "Abs",
  glyph: "|x|",
  search: ["absolute", "magnitude", "modulus"],
}).rules({
  type: ({ operands }) => numericType(operands),
  compute: { kind: "pointwise", promotion: "same", expression: (s, { input }) => s.call("abs", input) },
  gradients: { input: ({ grad, operands }) => mul(grad, sign(operands.input)) },
  torch: { python: "torch.abs({input})" },
  samples: [...unarySamples(0.5, 2), ...unarySamples(-2, -0.5, [0, -0, 1]), sample([given([-3, 0, 2], [3], "int64")])],
});

export const sign = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "−1, 0 or 1 by the sign of each element.",
  formula: "y = \\operatorname{sign}(x)",
  gradientFormula: "\\bar x = 0",
  category: "pointwise",
  label: "Sign",
  glyph: "±",
  search: ["signum", "sgn"],
}).rules({
  type: ({ operands }) => numericType(operands),
  compute: { kind: "pointwise", promotion: "same", expression: (s, { input }) => s.call("sign", input) },
  gradients: { input: ({ grad }) => zerosLike(grad) },
  torch: { python: "torch.sign({input})" },
  samples: [...unarySamples(0.5, 2, [0, -3, 2]), sample([given([-3, 0, 2], [3], "int64")])],
});
