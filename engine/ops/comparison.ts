/** @file Comparisons and logic: eq, ne, lt, le, gt, ge, logicalAnd, logicalOr, logicalNot. Their results are bool. */
import { defineOp } from "../ir/define-op";
import { notDifferentiable, operand, scalarOperand, type Op, type OperandSpec } from "../ir/op";
import { comparedType } from "./output-types";
import { binarySamples, given, sample } from "./samples";
import type { ScalarExpression } from "../scalar/expression";
import type { ScalarBuilder } from "../scalar/builder";

const pair = [scalarOperand("input"), scalarOperand("other")] as const;
const piecewiseConstant = notDifferentiable("its result is true or false, which does not change smoothly");

interface Comparison {
  readonly fn: "eq" | "ne" | "lt" | "le" | "gt" | "ge";
  readonly sign: string;
  readonly tex: string;
  readonly python: string;
  readonly words: string;
}

function compare({ fn, sign, tex, python, words }: Comparison): Op<typeof pair, Record<never, never>> {
  return defineOp({
    operands: pair,
    attributes: {},
    summary: `True where the first is ${words} the second.`,
    formula: `y = [a ${tex} b]`,
    gradientFormula: "\\text{none}",
    category: "comparison",
    label: fn.charAt(0).toUpperCase() + fn.slice(1),
    glyph: sign,
    search: [words, python, "compare"],
  }).rules({
    type: ({ operands }) => comparedType(operands),
    compute: { kind: "pointwise", promotion: "same", expression: (s, { input, other }) => s.call(fn, input, other) },
    gradients: { input: piecewiseConstant, other: piecewiseConstant },
    torch: { python: `{input} ${python} {other}` },
    samples: [
      ...binarySamples(),
      sample([given([1, 2, 3, NaN, -0, Infinity]), given([1, 3, 2, NaN, 0, Infinity])]),
      sample([given([1, 2, 3], [3], "int64"), given([3, 2, 1], [3], "int64")]),
      sample([given([0, 0, 1, 1], [4], "bool"), given([0, 1, 0, 1], [4], "bool")]),
    ],
  });
}

export const eq = compare({ fn: "eq", sign: "=", tex: "=", python: "==", words: "equal to" });
export const ne = compare({ fn: "ne", sign: "≠", tex: "\\ne", python: "!=", words: "different from" });
export const lt = compare({ fn: "lt", sign: "<", tex: "<", python: "<", words: "less than" });
export const le = compare({ fn: "le", sign: "≤", tex: "\\le", python: "<=", words: "at most" });
export const gt = compare({ fn: "gt", sign: ">", tex: ">", python: ">", words: "greater than" });
export const ge = compare({ fn: "ge", sign: "≥", tex: "\\ge", python: ">=", words: "at least" });

/** An operand as a truth value: not zero. */
function truth(s: ScalarBuilder, x: ScalarExpression): ScalarExpression {
  return x.type === "bool" ? x : s.call("ne", x, 0);
}

const logicPair = [operand("input"), operand("other")] as const;

function logic(
  fn: "and" | "or",
  label: string,
  sign: string,
  words: string,
): Op<readonly [OperandSpec<"input", false>, OperandSpec<"other", false>], Record<never, never>> {
  return defineOp({
    operands: logicPair,
    attributes: {},
    summary: `True where ${words} not zero.`,
    formula: `y = a ${fn === "and" ? "\\land" : "\\lor"} b`,
    gradientFormula: "\\text{none}",
    category: "comparison",
    label,
    glyph: sign,
    search: [fn, "mask", "boolean"],
  }).rules({
    type: ({ operands }) => comparedType(operands),
    compute: {
      kind: "pointwise",
      promotion: "none",
      expression: (s, { input, other }) => s.call(fn, truth(s, input), truth(s, other)),
    },
    gradients: { input: piecewiseConstant, other: piecewiseConstant },
    torch: { python: `torch.logical_${fn}({input}, {other})` },
    samples: [
      sample([given([0, 0, 1, 1], [4], "bool"), given([0, 1, 0, 1], [4], "bool")]),
      sample([given([0, 2, NaN], [3, 1]), given([0, 3], [2], "int64")]),
      sample([given([], [0], "bool"), given([1], [1], "bool")]),
    ],
  });
}

export const logicalAnd = logic("and", "LogicalAnd", "∧", "both are");
export const logicalOr = logic("or", "LogicalOr", "∨", "at least one is");

export const logicalNot = defineOp({
  operands: [operand("input")],
  attributes: {},
  summary: "True where the element is zero.",
  formula: "y = \\lnot x",
  gradientFormula: "\\text{none}",
  category: "comparison",
  label: "LogicalNot",
  glyph: "¬",
  search: ["not", "invert", "mask", "boolean"],
}).rules({
  type: ({ operands }) => comparedType(operands),
  compute: { kind: "pointwise", promotion: "none", expression: (s, { input }) => s.call("not", truth(s, input)) },
  gradients: { input: piecewiseConstant },
  torch: { python: "torch.logical_not({input})" },
  samples: [
    sample([given([0, 1], [2], "bool")]),
    sample([given([0, -2, NaN, 0.5])]),
    sample([given([0, 3], [2, 1], "int64")]),
  ],
});
