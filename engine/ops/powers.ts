/** @file Powers and roots: pow, square, sqrt. */
import { defineOp } from "../ir/define-op";
import { operand, scalarOperand } from "../ir/op";
import { refuse } from "../ir/refusal";
import type { Value } from "../ir/value";
import { div, mul, sub } from "./arithmetic";
import { eq, ge, logicalAnd } from "./comparison";
import { zerosLike } from "./creation";
import { log } from "./elementary";
import { promotedFloatType, promotedType } from "./output-types";
import { drawn, given, kink, sample, unarySamples } from "./samples";
import { where } from "./selection";

/** x̄ = ȳ · n · xⁿ⁻¹, and 0 where n = 0 even at x = 0 (PyTorch's pow_backward_self). */
function powBackwardInput(grad: Value, input: Value, exponent: Value): Value {
  if (exponent.definition.kind === "literal") {
    const n = exponent.definition.value;
    if (n === 0) return zerosLike(grad);
    if (n === 1) return grad;
    return mul(grad, mul(n === 2 ? input : pow(input, n - 1), n));
  }
  const isZero = eq(exponent, 0);
  // The exponent is replaced where it is 0, so that 0⁻¹ = ∞ never meets the 0 of a later derivative.
  const safe = where(isZero, 1, exponent);
  return where(isZero, 0, mul(grad, mul(safe, pow(input, sub(safe, 1)))));
}

/** n̄ = ȳ · xⁿ · ln x, and 0 where x = 0 and n ≥ 0 (PyTorch's pow_backward_exponent). */
function powBackwardExponent(grad: Value, input: Value, exponent: Value, out: Value): Value {
  const atZero = logicalAnd(eq(input, 0), ge(exponent, 0));
  return where(atZero, 0, mul(grad, mul(out, logOfBase(where(atZero, 1, input), input))));
}

/** ln x; of a plain number worked out at once, with all of its digits. */
function logOfBase(safe: Value, { definition }: Value): Value | number {
  return definition.kind === "literal" && definition.value > 0 ? Math.log(definition.value) : log(safe);
}

export const pow = defineOp({
  operands: [scalarOperand("input"), scalarOperand("exponent", 2)],
  attributes: {},
  summary: "Raises each element to a power.",
  formula: "y = x^n",
  gradientFormula: "\\bar x = \\bar y \\, n x^{n-1}, \\quad \\bar n = \\bar y \\, x^n \\ln x",
  category: "pointwise",
  label: "Pow",
  glyph: "xⁿ",
  chip: "exponent",
  search: ["power", "exponent", "**", "cube"],
}).rules({
  type: ({ operands }) => {
    const type = promotedType(operands);
    if (type.dtype === "bool")
      refuse("dtype.mismatch", { operand: "input", dtype: "bool", expected: "a number dtype" });
    return type;
  },
  compute: {
    kind: "pointwise",
    promotion: "same",
    expression: (s, { input, exponent }) => s.call("pow", input, exponent),
  },
  gradients: {
    input: ({ grad, operands }) => powBackwardInput(grad, operands.input, operands.exponent),
    exponent: ({ grad, operands, out }) => powBackwardExponent(grad, operands.input, operands.exponent, out),
  },
  torch: { python: "{input} ** {exponent}" },
  gradFn: ({ operands }) => (operands.exponent.weak === true ? "PowBackward0" : "PowBackward1"),
  samples: [
    sample([drawn([2, 3]), 2]),
    sample([drawn([2, 3]), 3]),
    sample([drawn([4], -2, -0.5), 1]),
    sample([drawn([4]), 0]),
    sample([drawn([4], 0.5, 2), 0.5]),
    sample([drawn([4], 0.5, 2), -1.5]),
    sample([drawn([3, 1], 0.5, 2), drawn([1, 4], -2, 2, 2)]),
    sample([2, drawn([3])]),
    sample([drawn([2, 1], 0.5, 2), given([1, 2, 3], [3], "int64")]),
    sample([drawn([], 0.5, 2), drawn([2], 0.5, 2, 3)]),
    sample([given([1, 2, -3], [3], "int64"), 3]),
    sample([given([7, -3, 2, 1, -1, 5], [6], "int64"), given([10, 19, 30, -3, -3, 0], [6], "int64")]),
    sample([given([3, -7], [2], "int32"), given([25, 31], [2], "int32")]),
    sample([given([0, 1, 1], [3], "bool"), 2]),
    sample([3, drawn([3], -2, 2, 4, "float64")]),
    sample([drawn([3], 0.5, 2, 4, "float64"), 0.1]),
    sample([drawn([0]), 2]),
    kink([given([0, 0, 0, 0, -2, -2]), given([0, 1, 2, 0.5, 3, 2])]),
    kink([given([0, 1, -1]), 0]),
    kink([given([0, -1, 2]), 1]),
    kink([given([0, -1, 2]), 2]),
    kink([0, given([0, 1, 2])]),
  ],
});

export const square = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "Multiplies each element by itself.",
  formula: "y = x^2",
  gradientFormula: "\\bar x = 2 \\bar y \\, x",
  category: "pointwise",
  label: "Square",
  glyph: "x²",
  search: ["power of two", "squared"],
}).rules({
  type: ({ operands: { input } }) => promotedType({ input, two: { dtype: "int64", shape: [], weak: true } }),
  compute: { kind: "composite", body: ({ input }) => pow(input, 2) },
  gradients: "inherit",
  torch: { python: "torch.square({input})" },
  gradFn: "PowBackward0",
  samples: [
    ...unarySamples(-2, 2),
    sample([given([0, -3, 2], [3], "int64")]),
    sample([given([16777219, 46341, -65537], [3], "int32")]),
  ],
});

export const sqrt = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "The square root; its gradient at 0 is infinite.",
  formula: "y = \\sqrt{x}",
  gradientFormula: "\\bar x = \\frac{\\bar y}{2 y}",
  category: "pointwise",
  label: "Sqrt",
  glyph: "√",
  search: ["square root", "radical"],
}).rules({
  type: ({ operands }) => promotedFloatType(operands),
  compute: { kind: "pointwise", promotion: "float", expression: (s, { input }) => s.call("sqrt", input) },
  gradients: { input: ({ grad, out }) => div(grad, mul(out, 2)) },
  torch: { python: "torch.sqrt({input})" },
  samples: [...unarySamples(0.5, 3, [0, -1, 4, Infinity]), sample([given([0, 1, 2], [3], "int64")])],
});
