/** @file Elementary functions: exp, log, expm1, log1p, sin, cos. */
import { defineOp } from "../ir/define-op";
import { operand, type OpSignature } from "../ir/op";
import { add, div, mul, neg } from "./arithmetic";
import { promotedFloatType } from "./output-types";
import { given, sample, unarySamples } from "./samples";

const input = [operand("input")] as const;
type Described = Omit<OpSignature, "operands" | "attributes" | "category">;

/** The signature that functions of one float have in common. */
function functionOf(described: Described) {
  return defineOp({ ...described, operands: input, attributes: {}, category: "pointwise" });
}

const integers = sample([given([1, 2, 3], [3], "int64")]);

export const exp = functionOf({
  summary: "e to the power of each element.",
  formula: "y = e^x",
  gradientFormula: "\\bar x = \\bar y \\, y",
  label: "Exp",
  glyph: "eˣ",
  search: ["exponential"],
}).rules({
  type: ({ operands }) => promotedFloatType(operands),
  compute: { kind: "pointwise", promotion: "float", expression: (s, { input: x }) => s.call("exp", x) },
  gradients: { input: ({ grad, out }) => mul(grad, out) },
  torch: { python: "torch.exp({input})" },
  samples: [...unarySamples(-3, 3, [0, -Infinity, Infinity, -100, NaN]), integers],
});

export const log = functionOf({
  summary: "The natural logarithm.",
  formula: "y = \\ln x",
  gradientFormula: "\\bar x = \\frac{\\bar y}{x}",
  label: "Log",
  glyph: "ln",
  search: ["logarithm", "natural"],
}).rules({
  type: ({ operands }) => promotedFloatType(operands),
  compute: { kind: "pointwise", promotion: "float", expression: (s, { input: x }) => s.call("log", x) },
  gradients: { input: ({ grad, operands }) => div(grad, operands.input) },
  torch: { python: "torch.log({input})" },
  samples: [...unarySamples(0.3, 4, [0, 1, -1, Infinity]), integers],
});

export const expm1 = functionOf({
  summary: "e to the power of x, minus 1, accurate for small x.",
  formula: "y = e^x - 1",
  gradientFormula: "\\bar x = \\bar y \\, (y + 1)",
  label: "Expm1",
  glyph: "eˣ−1",
  search: ["exponential minus one"],
}).rules({
  type: ({ operands }) => promotedFloatType(operands),
  compute: { kind: "pointwise", promotion: "float", expression: (s, { input: x }) => s.call("expm1", x) },
  gradients: { input: ({ grad, out }) => mul(grad, add(out, 1)) },
  torch: { python: "torch.expm1({input})" },
  samples: [...unarySamples(-2, 2, [0, 1e-7, -1e-5, -50]), integers],
});

export const log1p = functionOf({
  summary: "The natural logarithm of 1 + x, accurate for small x.",
  formula: "y = \\ln(1 + x)",
  gradientFormula: "\\bar x = \\frac{\\bar y}{1 + x}",
  label: "Log1p",
  glyph: "ln1p",
  search: ["logarithm of one plus"],
}).rules({
  type: ({ operands }) => promotedFloatType(operands),
  compute: { kind: "pointwise", promotion: "float", expression: (s, { input: x }) => s.call("log1p", x) },
  gradients: { input: ({ grad, operands }) => div(grad, add(operands.input, 1)) },
  torch: { python: "torch.log1p({input})" },
  gradFn: "Log1PBackward0",
  samples: [...unarySamples(-0.5, 3, [0, 1e-7, -1e-5, -1]), integers],
});

export const sin = functionOf({
  summary: "The sine, of radians.",
  formula: "y = \\sin x",
  gradientFormula: "\\bar x = \\bar y \\cos x",
  label: "Sin",
  glyph: "∿",
  search: ["sine", "wave", "trigonometric"],
}).rules({
  type: ({ operands }) => promotedFloatType(operands),
  compute: { kind: "pointwise", promotion: "float", expression: (s, { input: x }) => s.call("sin", x) },
  gradients: { input: ({ grad, operands }) => mul(grad, cos(operands.input)) },
  torch: { python: "torch.sin({input})" },
  samples: [...unarySamples(-4, 4, [0, 1e-8, 30, -100]), integers],
});

export const cos = functionOf({
  summary: "The cosine, of radians.",
  formula: "y = \\cos x",
  gradientFormula: "\\bar x = -\\bar y \\sin x",
  label: "Cos",
  glyph: "cos",
  search: ["cosine", "wave", "trigonometric"],
}).rules({
  type: ({ operands }) => promotedFloatType(operands),
  compute: { kind: "pointwise", promotion: "float", expression: (s, { input: x }) => s.call("cos", x) },
  gradients: { input: ({ grad, operands }) => mul(neg(grad), sin(operands.input)) },
  torch: { python: "torch.cos({input})" },
  samples: [...unarySamples(-4, 4, [0, 1e-8, 30, -100]), integers],
});
