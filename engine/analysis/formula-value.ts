/** @file A formula recorded as ops: what an expression node and an update mean. */
import type { Formula } from "../document/formula";
import { formulaConstants } from "../document/formula";
import type { Library } from "../document/library";
import { parseAttributes } from "../ir/attribute";
import { currentRecorder } from "../ir/recorder";
import { refuse } from "../ir/refusal";
import type { Value } from "../ir/value";
import { add, div, mul, neg, pow, sub } from "../ops";

const operators = { "+": add, "-": sub, "*": mul, "/": div, "**": pow } as const;

/** Records a formula; null where a name it needs is not known. Call in recordWith. */
export function recordFormula(formula: Formula, names: (name: string) => Value | null, library: Library): Value | null {
  switch (formula.kind) {
    case "number":
      return currentRecorder().literal(formula.value, formula.float);
    case "name": {
      const constant = Object.hasOwn(formulaConstants, formula.name) ? formulaConstants[formula.name] : undefined;
      return constant === undefined ? names(formula.name) : currentRecorder().literal(constant, true);
    }
    case "negate": {
      if (formula.of.kind === "number") return currentRecorder().literal(-formula.of.value, formula.of.float);
      const of = recordFormula(formula.of, names, library);
      return of && neg(of);
    }
    case "binary": {
      const left = recordFormula(formula.left, names, library);
      const right = recordFormula(formula.right, names, library);
      return left && right && operators[formula.operator](left, right);
    }
    case "call": {
      const op = library.op(formula.op);
      if (!op) return refuse("op.unknown", { op: formula.op });
      const operands = formula.operands.map((operand) => recordFormula(operand, names, library));
      if (operands.some((operand) => operand === null)) return null;
      const filled = op.signature.operands.map((spec, i) => {
        const operand = operands[i] ?? null;
        if (operand === null && spec.default !== undefined) return currentRecorder().literal(spec.default, false);
        if (operand === null && !spec.optional) refuse("operand.missing", { operand: spec.name });
        return operand;
      });
      return currentRecorder().record(op, filled, parseAttributes(op.signature.attributes, formula.attributes));
    }
  }
}
