/** @file Rules that make a call cheaper without changing its result in any bit but a NaN's. */
import { isFloat, type DType } from "../ir/dtype";
import { convertTo, roundTo } from "../ir/tensor";
import type { ScalarFunction } from "../scalar/functions";
import { closureFor } from "../scalar/integer-closures";
import type { Term } from "./term";
import type { TermTable } from "./term-table";

function isConstant(term: Term | undefined, value: number): boolean {
  return term?.kind === "constant" && Object.is(term.value, value);
}

function isCall(term: Term, fn: ScalarFunction): term is Term & { readonly kind: "call" } {
  return term.kind === "call" && term.fn === fn;
}

function reciprocal(table: TermTable, x: Term): Term {
  return table.call("div", [table.constant(1, x.dtype), x], x.dtype);
}

/** The exponents that PyTorch's pow(tensor, number) treats specially (aten pow_tensor_scalar), on floats. */
function simplifyPower(table: TermTable, x: Term, exponent: number): Term | null {
  const { dtype } = x;
  const square = (): Term => table.call("mul", [x, x], dtype);
  switch (exponent) {
    case 0:
      return table.constant(1, dtype);
    case 1:
      return x;
    case 2:
      return square();
    case 3:
      return table.call("mul", [square(), x], dtype);
  }
  if (!isFloat(dtype)) return null;
  switch (exponent) {
    case 0.5:
      return table.call("sqrt", [x], dtype);
    case -0.5:
      return reciprocal(table, table.call("sqrt", [x], dtype));
    case -1:
      return reciprocal(table, x);
    case -2:
      return reciprocal(table, square());
  }
  return null;
}

/** Conversions that lose nothing, so that converting back gives the very same number. */
function isWidening(from: DType, to: DType): boolean {
  if (from === "bool") return true;
  if (from === "float32") return to === "float64";
  if (from === "int32") return to === "int64" || to === "float64";
  return false;
}

/** A simpler term equal to fn(args), or null. x + 0 stays: it turns −0 into 0. */
export function simplifyCall(table: TermTable, fn: ScalarFunction, args: readonly Term[], dtype: DType): Term | null {
  const [x, y, z] = args;
  if (!x) return null;
  const constants = args.map((a) => (a.kind === "constant" ? a.value : null));
  if (fn !== "philox" && constants.every((value) => value !== null)) {
    const converts = fn === "convert" && isFloat(x.dtype);
    const round = converts ? convertTo : roundTo;
    return table.constant(round(dtype, closureFor(fn, dtype)(...constants)), dtype);
  }
  switch (fn) {
    case "convert":
      if (isCall(x, "convert") && x.args[0]?.dtype === dtype && isWidening(dtype, x.dtype)) return x.args[0];
      return null;
    case "neg":
      return isCall(x, "neg") ? (x.args[0] ?? null) : null;
    case "select":
      if (x.kind === "constant") return (x.value === 0 ? z : y) ?? null;
      return y === z ? (y ?? null) : null;
  }
  if (!y) return null;
  switch (fn) {
    case "add":
      if (isConstant(y, -0) || (isConstant(y, 0) && !isFloat(dtype))) return x;
      if (isConstant(x, -0) || (isConstant(x, 0) && !isFloat(dtype))) return y;
      if (isCall(y, "neg") && y.args[0]) return table.call("sub", [x, y.args[0]], dtype);
      return null;
    case "sub":
      if (isConstant(y, 0)) return x;
      if (isCall(y, "neg") && y.args[0]) return table.call("add", [x, y.args[0]], dtype);
      return null;
    case "mul":
      if (isConstant(y, 1)) return x;
      if (isConstant(x, 1)) return y;
      if (isConstant(y, -1)) return table.call("neg", [x], dtype);
      if (isConstant(x, -1)) return table.call("neg", [y], dtype);
      return null;
    case "div":
      return isConstant(y, 1) ? x : null;
    case "pow":
      return y.kind === "constant" ? simplifyPower(table, x, y.value) : null;
  }
  return null;
}
