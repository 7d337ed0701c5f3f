/** @file Records a formula: its tree becomes ops on the tape; what is only numbers is worked out as Python would. */
import { formulaConstants, type Formula, type FormulaOperator } from "../document/formula";
import type { Library } from "../document/library";
import { parseAttributes } from "../ir/attribute";
import { isFloat } from "../ir/dtype";
import { currentRecorder } from "../ir/recorder";
import { refuse } from "../ir/refusal";
import type { Value } from "../ir/value";
import { computationOf } from "../ir/value-sources";
import { add, div, mul, neg, pow, sub } from "../ops";

/** A number known while recording, or a value. */
type Term = Value | { readonly number: number; readonly float: boolean };

function isNumber(term: Term): term is { readonly number: number; readonly float: boolean } {
  return "number" in term;
}

/** A value that is only a number, such as the index of a turn, is worked with as Python works with it. */
function asTerm(value: Value | null): Term | null {
  const { definition, type } = value ? computationOf(value) : {};
  if (definition?.kind !== "literal") return value;
  return { number: definition.value, float: isFloat(type?.dtype ?? "int64") };
}

function toValue(term: Term): Value {
  return isNumber(term) ? currentRecorder().literal(term.number, term.float) : term;
}

const arithmetic = {
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b: number) => a - b,
  "*": (a: number, b: number) => a * b,
  "/": (a: number, b: number) => a / b,
  "**": (a: number, b: number) => a ** b,
} as const satisfies Record<FormulaOperator, (a: number, b: number) => number>;

const recorded = {
  "+": (a: Value, b: Value) => add(a, b),
  "-": (a: Value, b: Value) => sub(a, b),
  "*": (a: Value, b: Value) => mul(a, b),
  "/": (a: Value, b: Value) => div(a, b),
  "**": (a: Value, b: Value) => pow(a, b),
} as const satisfies Record<FormulaOperator, (a: Value, b: Value) => Value>;

/**
 * The value of a formula; `lookup` gives a name's value, refuses it, or says null where it is not known: then the
 * formula's is not either. Call in recordWith.
 */
export function recordFormula(formula: Formula, lookup: (name: string) => Value, library: Library): Value;
export function recordFormula(formula: Formula, lookup: (name: string) => Value | null, library: Library): Value | null;
export function recordFormula(
  formula: Formula,
  lookup: (name: string) => Value | null,
  library: Library,
): Value | null {
  const evaluate = (part: Formula): Term | null => {
    switch (part.kind) {
      case "number":
        return { number: part.value, float: part.float };
      case "name": {
        const constant = Object.hasOwn(formulaConstants, part.name) ? formulaConstants[part.name] : undefined;
        return constant === undefined ? asTerm(lookup(part.name)) : { number: constant, float: true };
      }
      case "negate": {
        const of = evaluate(part.of);
        if (!of) return null;
        return isNumber(of) ? { number: -of.number, float: of.float } : neg(of);
      }
      case "binary": {
        const left = evaluate(part.left);
        const right = evaluate(part.right);
        if (!left || !right) return null;
        if (!isNumber(left) || !isNumber(right)) return recorded[part.operator](toValue(left), toValue(right));
        const number = arithmetic[part.operator](left.number, right.number);
        return { number, float: left.float || right.float || part.operator === "/" || !Number.isInteger(number) };
      }
      case "call": {
        const op = library.op(part.op);
        if (!op) refuse("op.unknown", { op: part.op });
        const { operands: specs } = op.signature;
        if (part.operands.length > specs.length) {
          refuse("op.operands", { op: part.op, found: part.operands.length, expected: specs.length });
        }
        const recorder = currentRecorder();
        const written = part.operands.map(evaluate);
        if (written.includes(null)) return null;
        const operands = specs.map((spec, i) => {
          const term = written[i];
          if (term) return toValue(term);
          if (spec.default !== undefined) return recorder.literal(spec.default, !Number.isInteger(spec.default));
          return spec.optional ? null : refuse("operand.missing", { operand: spec.name });
        });
        return recorder.record(op, operands, parseAttributes(op.signature.attributes, part.attributes));
      }
    }
  };
  const term = evaluate(formula);
  return term && toValue(term);
}
