/** @file Builds scalar expressions with their types worked out: what op declarations write their formulas with. */
import type { ScalarExpression, ScalarType } from "./expression";
import type { ScalarFunction } from "./functions";

const boolean: ReadonlySet<ScalarFunction> = new Set([
  "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "isNan", "isInf",
]); // prettier-ignore

const fixedResults: Partial<Record<ScalarFunction, ScalarType>> = {
  philox: "float32",
  bitsFloat: "float32",
  floatBits: "int32",
};

/** A formula of scalar functions over an op's operands; numbers take the type of what they meet. */
export interface ScalarBuilder {
  /** A constant of the given type. */
  constant(value: number, type: ScalarType): ScalarExpression;
  /** The element's coordinate along an output axis. */
  coordinate(axis: number): ScalarExpression;
  /** Converts, or returns the expression itself when it has the type already. */
  convert(x: ScalarExpression, type: ScalarType): ScalarExpression;
  /** Calls a function; plain numbers become constants of the first typed argument's type. */
  call(fn: Exclude<ScalarFunction, "convert">, ...args: readonly (ScalarExpression | number)[]): ScalarExpression;
}

function constant(value: number, type: ScalarType): ScalarExpression {
  return { kind: "constant", value, type };
}

/** The one builder: it has no state. */
export const scalarBuilder: ScalarBuilder = {
  constant,
  coordinate: (axis) => ({ kind: "coordinate", axis, type: "int32" }),
  convert: (x, type) => (x.type === type ? x : { kind: "call", fn: "convert", args: [x], type }),
  call(fn, ...args) {
    const numeric = fn === "select" ? args.slice(1) : args;
    const type = numeric.find((a): a is ScalarExpression => typeof a !== "number")?.type ?? "float32";
    const typed = args.map((a) => (typeof a === "number" ? constant(a, type) : a));
    const result: ScalarType = boolean.has(fn) ? "bool" : (fixedResults[fn] ?? type);
    return { kind: "call", fn, args: typed, type: result };
  },
};
