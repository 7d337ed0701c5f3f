/** @file Formulas: the text of expression nodes and updates, read into a small tree. Never evaluated as code. */
import { parseExpression } from "@babel/parser";
import { refuse } from "../ir/refusal";

export const formulaOperators = ["+", "-", "*", "/", "**"] as const;
export type FormulaOperator = (typeof formulaOperators)[number];

/** A formula as a tree. `float` tells 2.0 from 2: it decides the dtype of what it meets. */
export type Formula =
  | { readonly kind: "number"; readonly value: number; readonly float: boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "negate"; readonly of: Formula }
  | { readonly kind: "binary"; readonly operator: FormulaOperator; readonly left: Formula; readonly right: Formula }
  /** A call of a declared op: `sin(x)`, `clamp(x, { min: 0 })`. */
  | {
      readonly kind: "call";
      readonly op: string;
      readonly operands: readonly Formula[];
      readonly attributes: Readonly<Record<string, unknown>>;
    };

/** Names that are constants, not ports or members. */
export const formulaConstants: Readonly<Record<string, number>> = { pi: Math.PI };

/** The longest formula read, in characters, and the most numbers, names and operators in one. */
export const formulaLimits = { length: 10_000, parts: 2_000, depth: 200 } as const;

type Ast = (ReturnType<typeof parseExpression> & { type: "UnaryExpression" })["argument"];

function reject(formula: string, problem: string): never {
  refuse("formula.invalid", { formula: formula.slice(0, 80), problem });
}

/** A formula's tree. Refuses anything but numbers, names, + - * / **, brackets and calls of ops. */
export function parseFormula(text: string): Formula {
  if (text.length > formulaLimits.length) {
    reject(text, `it has ${text.length} characters, at most ${formulaLimits.length} are read`);
  }
  if (text.trim() === "") reject(text, "it is empty");
  let ast: Ast;
  try {
    ast = parseExpression(text, { ranges: false, createParenthesizedExpressions: false });
  } catch (error) {
    reject(text, describe(error));
  }
  return new Reader(text).read(ast, 0);
}

function describe(error: unknown): string {
  if (error instanceof RangeError) return "it is nested too deeply";
  const message = error instanceof Error ? error.message : String(error);
  if (/exponentiation/i.test(message)) return "a minus sign before ** is ambiguous: write -(x**2) or (-x)**2";
  return message.replace(/\s*\(\d+:\d+\)\s*$/, "").replace(/\.$/, "");
}

class Reader {
  private parts = 0;

  constructor(private readonly text: string) {}

  read(ast: Ast, depth: number): Formula {
    if (++this.parts > formulaLimits.parts) reject(this.text, `it has more than ${formulaLimits.parts} parts`);
    if (depth > formulaLimits.depth) reject(this.text, "it is nested too deeply");
    switch (ast.type) {
      case "NumericLiteral": {
        const raw = typeof ast.extra?.["raw"] === "string" ? ast.extra["raw"] : String(ast.value);
        const float = !Number.isInteger(ast.value) || (!/^0[xob]/i.test(raw) && /[.e]/i.test(raw));
        return { kind: "number", value: ast.value, float };
      }
      case "Identifier":
        return { kind: "name", name: ast.name };
      case "UnaryExpression": {
        const of = this.read(ast.argument, depth + 1);
        if (ast.operator === "-") return { kind: "negate", of };
        if (ast.operator === "+") return of;
        return reject(this.text, `the operator ${ast.operator} is not one of + - * / **`);
      }
      case "BinaryExpression": {
        const operator = formulaOperators.find((known) => known === ast.operator);
        if (!operator) reject(this.text, `the operator ${ast.operator} is not one of + - * / **`);
        if (ast.left.type === "PrivateName") reject(this.text, "a private name is not a value");
        const left = this.read(ast.left, depth + 1);
        return { kind: "binary", operator, left, right: this.read(ast.right, depth + 1) };
      }
      case "CallExpression": {
        if (ast.callee.type !== "Identifier") reject(this.text, "only ops are called, by name: sin(x)");
        const call = { operands: [] as Formula[], attributes: {} };
        ast.arguments.forEach((argument, i) => {
          if (argument.type === "ObjectExpression" && i === ast.arguments.length - 1) {
            call.attributes = this.readObject(argument.properties);
          } else if (argument.type === "SpreadElement" || argument.type === "ArgumentPlaceholder") {
            reject(this.text, "an operand is a number, a name or a formula");
          } else call.operands.push(this.read(argument, depth + 1));
        });
        return { kind: "call", op: ast.callee.name, ...call };
      }
      default:
        return reject(this.text, `${ast.type} is not arithmetic: use numbers, names, + - * / ** and calls of ops`);
    }
  }

  private readObject(properties: (Ast & { type: "ObjectExpression" })["properties"]): Record<string, unknown> {
    const entries = properties.map((property): [string, unknown] => {
      if (property.type !== "ObjectProperty" || property.computed || property.key.type !== "Identifier") {
        return reject(this.text, "attributes are written { name: value }");
      }
      return [property.key.name, this.readConstant(property.value)];
    });
    return Object.fromEntries(entries);
  }

  private readConstant(ast: { readonly type: string }): unknown {
    // Babel's union of what an object may hold is wider than expressions: only these are constants.
    const node = ast as Ast;
    switch (node.type) {
      case "NumericLiteral":
      case "StringLiteral":
      case "BooleanLiteral":
        return node.value;
      case "NullLiteral":
        return null;
      case "UnaryExpression": {
        const value = this.readConstant(node.argument);
        return node.operator === "-" && typeof value === "number" ? -value : reject(this.text, "bad attribute");
      }
      case "ArrayExpression":
        return node.elements.map((item) => (item ? this.readConstant(item) : reject(this.text, "a hole in a list")));
      default:
        return reject(this.text, "an attribute is a number, true, false, null, text, or a list of these");
    }
  }
}

/** The names a formula reads, in order of appearance: its ports, and members where nothing is wired. */
export function freeNames(formula: Formula): readonly string[] {
  const names = new Set<string>();
  const visit = (part: Formula): void => {
    switch (part.kind) {
      case "number":
        return;
      case "name":
        if (!Object.hasOwn(formulaConstants, part.name)) names.add(part.name);
        return;
      case "negate":
        return visit(part.of);
      case "binary":
        visit(part.left);
        return visit(part.right);
      case "call":
        part.operands.forEach(visit);
    }
  };
  visit(formula);
  return [...names];
}
