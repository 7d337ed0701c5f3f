/** @file Evaluates a scalar expression with the closures, rounding each step to its type: what backends are to compute. */
import type { ScalarExpression, ScalarType } from "./expression";
import { closureFor } from "./integer-closures";

function round(value: number, type: ScalarType): number {
  switch (type) {
    case "float32":
      return Math.fround(value);
    case "float64":
      return value;
    case "bool":
      return value === 0 ? 0 : 1;
    case "int32":
    case "int64":
      return value | 0;
  }
}

/** The value of `expression` for these operands; int32 and int64 wrap at 32 bits as they do on a device. */
export function evaluateExpression(
  expression: ScalarExpression,
  operands: readonly number[],
  coordinates: readonly number[] = [],
): number {
  const known = new Map<ScalarExpression, number>();
  const visit = (node: ScalarExpression): number => {
    if (node.kind === "operand") return operands[node.index] ?? NaN;
    if (node.kind === "coordinate") return coordinates[node.axis] ?? NaN;
    if (node.kind === "constant") return round(node.value, node.type);
    const before = known.get(node);
    if (before !== undefined) return before;
    const args = node.args.map(visit);
    const isInt = node.type === "int32" || node.type === "int64";
    const value = closureFor(node.fn, isInt ? "int32" : node.type)(...args);
    const rounded = round(value, node.type);
    known.set(node, rounded);
    return rounded;
  };
  return visit(expression);
}
