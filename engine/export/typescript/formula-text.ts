/** @file Formulas as method chains: `0.5 * (5*x**3 - 3*x)` → `x.pow(3).mul(5).sub(x.mul(3)).mul(0.5)`. */
import type { Formula, FormulaOperator } from "../../document/formula";
import { formulaConstants } from "../../document/formula";
import { ops } from "../../ops/registry";
import { opCallText } from "./call-text";
import { numberText, type Expression, type NodeKey } from "./code";

const methods = { "+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow" } as const satisfies Record<
  FormulaOperator,
  string
>;

function calculate(operator: FormulaOperator, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "**":
      return a ** b;
  }
}

export interface FormulaContext {
  readonly node: NodeKey;
  /** What a free name stands for. */
  name(name: string): Expression;
  importName(name: string): string;
}

type Part = Expression | number;

function text(part: Part): string {
  return typeof part === "number" ? numberText(part) : part.text;
}

function isTensor(part: Part): part is Expression {
  return typeof part !== "number" && part.number !== true;
}

function join(operator: FormulaOperator, left: Part, right: Part, context: FormulaContext): Part {
  if (typeof left === "number" && typeof right === "number") return calculate(operator, left, right);
  const nodes = [left, right].flatMap((part) => (typeof part === "number" ? [] : part.nodes));
  if (isTensor(left)) return { text: `${left.text}.${methods[operator]}(${text(right)})`, nodes };
  if (isTensor(right)) {
    // A number on the left of + or * changes places with the tensor.
    const commutes = operator === "+" || operator === "*";
    if (commutes) return { text: `${right.text}.${methods[operator]}(${text(left)})`, nodes };
    return { text: `${context.importName(methods[operator])}(${text(left)}, ${right.text})`, nodes };
  }
  return { text: `(${text(left)} ${operator} ${text(right)})`, nodes, number: true };
}

function visit(formula: Formula, context: FormulaContext): Part {
  switch (formula.kind) {
    case "number":
      return formula.value;
    case "name":
      return Object.hasOwn(formulaConstants, formula.name)
        ? (formulaConstants[formula.name] ?? NaN)
        : context.name(formula.name);
    case "negate": {
      const of = visit(formula.of, context);
      if (typeof of === "number") return -of;
      return { ...of, text: of.number === true ? `(-${of.text})` : `${of.text}.neg()` };
    }
    case "binary":
      return join(formula.operator, visit(formula.left, context), visit(formula.right, context), context);
    case "call": {
      const op = ops.get(formula.op);
      if (!op) throw new Error(`Invariant: formula calls ${formula.op}, which analysis lets through`);
      const operands = formula.operands.map((part) => visit(part, context));
      return opCallText({ op, operands, attributes: formula.attributes, node: context.node }, context.importName);
    }
  }
}

/** A formula as an expression of code. */
export function formulaText(formula: Formula, context: FormulaContext): Expression {
  const part = visit(formula, context);
  if (typeof part !== "number") return { ...part, nodes: [...part.nodes, context.node] };
  return { text: numberText(part), nodes: [context.node], number: true };
}
