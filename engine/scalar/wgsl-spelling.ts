/** @file How WGSL spells scalar functions: an operator, a built-in, or a helper function of the prelude. */
import type { ScalarType } from "./expression";
import type { ScalarFunction } from "./functions";

/** WGSL's name of a scalar type; float64 has none. */
export function wgslType(type: ScalarType): "bool" | "i32" | "f32" {
  switch (type) {
    case "bool":
      return "bool";
    case "int32":
    case "int64":
      return "i32";
    case "float32":
      return "f32";
    case "float64":
      throw new Error("Invariant: WGSL has no float64");
  }
}

/** A constant of a type. Infinities and NaN come from the prelude, because WGSL refuses them in constant expressions. */
export function wgslConstant(value: number, type: ScalarType): string {
  switch (wgslType(type)) {
    case "bool":
      return value === 0 ? "false" : "true";
    case "i32": {
      const int = Math.trunc(value) | 0;
      return int === -(2 ** 31) ? "i32(-2147483647 - 1)" : `i32(${int})`;
    }
    case "f32": {
      const rounded = Math.fround(value);
      if (Number.isNaN(rounded)) return "cr_of_bits(0x7fc00000u)";
      if (Math.abs(rounded) === Infinity) return rounded > 0 ? "cr_of_bits(0x7f800000u)" : "cr_of_bits(0xff800000u)";
      if (Object.is(rounded, -0)) return "cr_of_bits(0x80000000u)";
      const text = String(rounded);
      return `${rounded < 0 ? `(${text}` : text}${/[.e]/.test(text) ? "" : ".0"}f${rounded < 0 ? ")" : ""}`;
    }
  }
}

/** Functions of float32 that the prelude spells by their expansion, as cr_name(x, …). */
export const wgslExpanded = [
  "exp", "log", "expm1", "log1p", "sin", "cos", "tanh", "sigmoid", "pow",
] as const satisfies readonly ScalarFunction[]; // prettier-ignore

const operators: Partial<Record<ScalarFunction, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  and: "&&",
  or: "||",
  bitAnd: "&",
  bitOr: "|",
  bitXor: "^",
};

const builtIns: Partial<Record<ScalarFunction, string>> = {
  abs: "abs",
  floor: "floor",
  ceil: "ceil",
  round: "round",
  trunc: "trunc",
  sqrt: "sqrt",
};

const expanded: ReadonlySet<ScalarFunction> = new Set(wgslExpanded);
const roundings: ReadonlySet<ScalarFunction> = new Set(["floor", "ceil", "round", "trunc"]);

function spellConvert(x: string, type: ScalarType, from: ScalarType): string {
  const target = wgslType(type);
  if (target === wgslType(from)) return x;
  if (target === "bool") return from === "float32" ? `(${x} != 0.0f)` : `(${x} != 0i)`;
  return `${target}(${x})`;
}

/** On bool, where arithmetic is logic and WGSL has no order. */
function spellBool(fn: ScalarFunction, x: string, y: string): string | null {
  switch (fn) {
    case "add":
    case "max":
      return `(${x} || ${y})`;
    case "mul":
    case "min":
      return `(${x} && ${y})`;
    case "lt":
      return `(!${x} && ${y})`;
    case "le":
      return `(!${x} || ${y})`;
    case "gt":
      return `(${x} && !${y})`;
    case "ge":
      return `(${x} || !${y})`;
    case "isNan":
    case "isInf":
      return "false";
    case "abs":
    case "sign":
    case "floor":
    case "ceil":
    case "round":
    case "trunc":
      return x;
    default:
      return null;
  }
}

/** The call in WGSL: see ScalarRow.wgsl in table.ts. */
export function spellWgslCall(
  fn: ScalarFunction,
  args: readonly string[],
  type: ScalarType,
  argType: ScalarType,
): string {
  const [x = "", y = "", z = ""] = args;
  const kind = wgslType(argType);
  if (kind === "bool") {
    const spelled = spellBool(fn, x, y);
    if (spelled) return spelled;
  }
  if (kind !== "f32" && roundings.has(fn)) return x;
  if (kind !== "bool" && (fn === "and" || fn === "or" || fn === "not")) {
    return spellWgslCall(fn, args.map((arg) => spellConvert(arg, "bool", argType)), type, "bool"); // prettier-ignore
  }
  // Compilers make != an ordered comparison, which is false beside a NaN.
  if (fn === "ne" && kind === "f32") return `(!(${x} == ${y}))`;
  const operator = operators[fn];
  if (operator) return `(${x} ${operator} ${y})`;
  const builtIn = builtIns[fn];
  if (builtIn) return `${builtIn}(${x})`;
  if (expanded.has(fn)) return `cr_${fn}${kind === "i32" ? "_int" : ""}(${args.join(", ")})`;
  switch (fn) {
    case "neg":
      return `(-${x})`;
    case "not":
      return `(!${x})`;
    case "min":
    case "max":
      return kind === "f32" ? `cr_${fn}(${x}, ${y})` : `${fn}(${x}, ${y})`;
    case "sign":
      return kind === "f32" ? `cr_sign(${x})` : `sign(${x})`;
    case "remainder":
      return kind === "f32" ? `cr_remainder(${x}, ${y})` : `cr_remainder_int(${x}, ${y})`;
    case "isNan":
    case "isInf":
      return kind === "f32" ? `cr_${fn}(${x})` : "false";
    case "select":
      return `select(${z}, ${y}, ${x})`;
    case "convert":
      return spellConvert(x, type, argType);
    case "philox":
      return `cr_philox(${args.join(", ")})`;
    case "shiftLeft":
      return `(${x} << u32(${y}))`;
    case "shiftRight":
      return `(${x} >> u32(${y}))`;
    case "shiftRightLogical":
      return `bitcast<i32>(bitcast<u32>(${x}) >> u32(${y}))`;
    case "mulHigh":
      return `cr_mulHigh(${x}, ${y})`;
    case "floatBits":
      return `bitcast<i32>(${x})`;
    case "bitsFloat":
      return `bitcast<f32>(${x})`;
    default:
      throw new Error(`Invariant: WGSL has no spelling for ${fn} of ${argType}`);
  }
}
