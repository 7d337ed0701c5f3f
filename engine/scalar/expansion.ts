/** @file Expansions: scalar functions in terms of simpler ones, where a backend has no good word of its own. */
import { scalarBuilder as s } from "./builder";
import type { ScalarExpression, ScalarType } from "./expression";
import type { ScalarFunction } from "./functions";
import { expandPhilox } from "./philox";
import * as polynomials from "./polynomials";
import { expandPow } from "./power";

type X = ScalarExpression;
type Expansion = (x: X, y: X, args: readonly X[]) => X;

const not = (x: X): X => s.call("not", x);
const either = (x: X, y: X): X => s.call("or", x, y);
const both = (x: X, y: X): X => s.call("and", x, y);
const smaller: Expansion = (x, y) => s.call("select", s.call("lt", y, x), y, x);
const larger: Expansion = (x, y) => s.call("select", s.call("gt", y, x), y, x);
const itself: Expansion = (x) => x;
const never: Expansion = () => s.constant(0, "bool");

function sign(x: X): X {
  const zero = s.constant(0, x.type);
  const below = s.call("select", s.call("lt", x, 0), s.constant(-1, x.type), zero);
  return s.call("select", s.call("gt", x, 0), s.constant(1, x.type), below);
}

/** Powers of integers by repeated squaring, exact modulo 2³²; negative exponents truncate to 0. */
function integerPower(x: X, y: X): X {
  let result = s.constant(1, x.type);
  let square = x;
  for (let bit = 0; bit < 31; bit++) {
    const set = s.call("ne", s.call("bitAnd", y, 1 << bit), 0);
    result = s.call("select", set, s.call("mul", result, square), result);
    square = s.call("mul", square, square);
  }
  const unit = either(s.call("eq", x, 1), s.call("eq", x, -1));
  const positive = either(s.call("ge", y, 0), unit);
  return s.call("select", positive, result, s.constant(0, x.type));
}

const onBool: Partial<Record<ScalarFunction, Expansion>> = {
  add: either,
  mul: both,
  min: both,
  max: either,
  abs: itself,
  sign: itself,
  floor: itself,
  ceil: itself,
  round: itself,
  trunc: itself,
  eq: (x, y) => either(both(x, y), both(not(x), not(y))),
  ne: (x, y) => either(both(x, not(y)), both(not(x), y)),
  lt: (x, y) => both(not(x), y),
  le: (x, y) => either(not(x), y),
  gt: (x, y) => both(x, not(y)),
  ge: (x, y) => either(x, not(y)),
  isNan: never,
  isInf: never,
};

/** In float64, where quotients of 32-bit integers are told apart from whole numbers. Division truncates; by 0 it gives 0. */
function integerQuotient(x: X, y: X): X {
  const quotient = s.call("div", s.convert(x, "float64"), s.convert(y, "float64"));
  return s.call("select", s.call("eq", y, 0), s.constant(0, x.type), s.convert(quotient, x.type));
}

function integerRemainder(x: X, y: X): X {
  const [whole, divisor] = [s.convert(x, "float64"), s.convert(y, "float64")];
  const floor = s.call("floor", s.call("div", whole, divisor));
  return s.convert(s.call("sub", whole, s.call("mul", floor, divisor)), x.type);
}

const onInt: Partial<Record<ScalarFunction, Expansion>> = {
  neg: (x) => s.call("sub", s.constant(0, x.type), x),
  abs: (x) => s.call("select", s.call("lt", x, 0), s.call("sub", s.constant(0, x.type), x), x),
  sign,
  floor: itself,
  ceil: itself,
  round: itself,
  trunc: itself,
  min: smaller,
  max: larger,
  div: integerQuotient,
  remainder: integerRemainder,
  pow: integerPower,
  isNan: never,
  isInf: never,
  philox: (_x, _y, args) => expandPhilox(s, args),
};

const onFloat: Partial<Record<ScalarFunction, Expansion>> = {
  sign,
  isNan: (x) => s.call("ne", x, x),
  isInf: (x) => s.call("eq", s.call("abs", x), Infinity),
};

const onFloat32: Partial<Record<ScalarFunction, Expansion>> = {
  exp: polynomials.expandExp,
  log: polynomials.expandLog,
  expm1: polynomials.expandExpm1,
  log1p: polynomials.expandLog1p,
  sin: polynomials.expandSin,
  cos: polynomials.expandCos,
  tanh: polynomials.expandTanh,
  sigmoid: polynomials.expandSigmoid,
  pow: expandPow,
};

function isLogical(fn: ScalarFunction): fn is "and" | "or" | "not" {
  return fn === "and" || fn === "or" || fn === "not";
}

/** The call on arguments of `type` in simpler functions, or null where this file knows none. */
export function expandScalar(fn: ScalarFunction, args: readonly X[], type: ScalarType): X | null {
  const x = args[0] ?? s.constant(0, type);
  const y = args[1] ?? x;
  if (isLogical(fn) && type !== "bool") {
    return s.call(fn, ...args.map((arg) => s.convert(arg, "bool")));
  }
  const isFloat = type === "float32" || type === "float64";
  const expansion =
    type === "bool"
      ? onBool[fn]
      : !isFloat
        ? onInt[fn]
        : (onFloat[fn] ?? (type === "float32" ? onFloat32[fn] : undefined));
  return expansion?.(x, y, args) ?? null;
}
