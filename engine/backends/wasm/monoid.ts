/** @file The monoids of reductions in WebAssembly: their identities and how two partial results combine. */
import type { Monoid } from "../../ir/op";
import type { FunctionBuilder, Local } from "./function-builder";
import type { LaneType } from "./lane-graph";
import { scalarType, spellConstant, spellScalarOp, spellVectorConstant, spellVectorOp } from "./spell-lanes";

function identity(monoid: Monoid, type: LaneType): number {
  switch (monoid) {
    case "sum":
      return 0;
    case "prod":
      return 1;
    case "max":
      return type === "bool" ? 0 : type === "i32" ? -(2 ** 31) : -Infinity;
    case "min":
      return type === "bool" ? 1 : type === "i32" ? 2 ** 31 - 1 : Infinity;
  }
}

/** Sets an accumulator to the monoid's identity. */
export function spellIdentity(f: FunctionBuilder, into: Local, monoid: Monoid, type: LaneType, vector: boolean): void {
  const value = identity(monoid, type);
  if (vector) spellVectorConstant(f, value, type);
  else spellConstant(f, value, type);
  f.set(into);
}

/** into ← into ∘ what `value` pushes. NaN wins in max and min, as it does in torch.max. */
export function spellCombine(
  f: FunctionBuilder,
  into: Local,
  monoid: Monoid,
  type: LaneType,
  vector: boolean,
  value: () => void,
): void {
  f.get(into);
  value();
  const spell = vector ? spellVectorOp : spellScalarOp;
  if (type === "bool") spell(f, monoid === "sum" || monoid === "max" ? "or" : "and", type);
  else if (monoid === "sum" || monoid === "prod") spell(f, monoid === "sum" ? "add" : "mul", type);
  else if (type !== "i32") spell(f, monoid, type);
  else if (vector) f.op(monoid === "max" ? "i32x4.max_s" : "i32x4.min_s");
  else {
    const other = f.local("i32");
    f.tee(other).get(into).get(other);
    f.op(monoid === "max" ? "i32.gt_s" : "i32.lt_s").op("select");
  }
  f.set(into);
}

/** Folds the four lanes of a vector into a scalar accumulator, neighbours first. */
export function spellFoldLanes(f: FunctionBuilder, from: Local, into: Local, monoid: Monoid, type: LaneType): void {
  const folded = f.local("v128");
  f.get(from).set(folded);
  for (const pattern of [
    [2, 3, 0, 1],
    [1, 0, 3, 2],
  ] as const) {
    const other = f.local("v128");
    f.get(folded).get(folded).shuffle(pattern).set(other);
    spellCombine(f, folded, monoid, type, true, () => f.get(other));
  }
  spellCombine(f, into, monoid, type, false, () => {
    f.get(folded).lane(type === "f32" ? "f32x4.extract_lane" : "i32x4.extract_lane", 0);
    if (type === "bool") f.i32(0).op("i32.ne");
  });
}

/** A fresh accumulator. */
export function accumulator(f: FunctionBuilder, type: LaneType, vector: boolean): Local {
  return f.local(vector ? "v128" : scalarType(type));
}
