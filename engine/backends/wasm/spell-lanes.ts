/** @file Spells one node, its arguments being on the stack or at hand, as instructions on scalars or on vectors. */
import type { FunctionBuilder } from "./function-builder";
import { isInstruction, type Instruction, type ValueType } from "./instructions";
import type { LaneType } from "./lane-graph";

/** The value type of a scalar of this kind. */
export function scalarType(type: LaneType): ValueType {
  return type === "bool" ? "i32" : type;
}

/** Pushes a constant. */
export function spellConstant(f: FunctionBuilder, value: number, type: LaneType): void {
  if (type === "f32") f.f32(value);
  else if (type === "f64") f.f64(value);
  else f.i32(type === "bool" ? Number(value !== 0) : value);
}

const floatBits = new DataView(new ArrayBuffer(4));

/** Pushes a vector of four equal constants. */
export function spellVectorConstant(f: FunctionBuilder, value: number, type: LaneType): void {
  floatBits.setFloat32(0, value);
  const bits = type === "f32" ? floatBits.getInt32(0) : type === "bool" ? (value === 0 ? 0 : -1) : value | 0;
  f.v128([bits, bits, bits, bits]);
}

function instruction(name: string): Instruction {
  if (!isInstruction(name)) throw new Error(`Invariant: there is no instruction ${name}`);
  return name;
}

/** The scalar operation on arguments already pushed. `pmin` and `pmax` are not among them: see NestValues. */
export function spellScalarOp(f: FunctionBuilder, name: string, argType: LaneType): void {
  if (argType === "bool") f.op(name === "not" ? "i32.eqz" : instruction(`i32.${name}`));
  else if (name === "bits") f.op(argType === "f32" ? "i32.reinterpret_f32" : "f32.reinterpret_i32");
  else f.op(instruction(`${argType}.${name}`));
}

const bitwise: ReadonlySet<string> = new Set(["and", "or", "xor", "not"]);

/** The same on vectors. */
export function spellVectorOp(f: FunctionBuilder, name: string, argType: LaneType): void {
  if (name === "bits") return;
  if (argType === "bool" || bitwise.has(name)) f.op(instruction(`v128.${name}`));
  else f.op(instruction(`${argType === "f32" ? "f32x4" : "i32x4"}.${name}`));
}

/** Converts the scalar on the stack. */
export function spellScalarConvert(f: FunctionBuilder, from: LaneType, to: LaneType): void {
  if (from === to) return;
  if (to === "bool") {
    if (from === "f32") f.f32(0).op("f32.ne");
    else if (from === "f64") f.f64(0).op("f64.ne");
    else f.i32(0).op("i32.ne");
  } else if (to === "i32") {
    if (from === "f32") f.op("i32.trunc_sat_f32_s");
    else if (from === "f64") f.op("i32.trunc_sat_f64_s");
  } else if (to === "f32") f.op(from === "f64" ? "f32.demote_f64" : "f32.convert_i32_s");
  else f.op(from === "f32" ? "f64.promote_f32" : "f64.convert_i32_s");
}

/** Converts the vector on the stack; float64 has no lanes here. */
export function spellVectorConvert(f: FunctionBuilder, from: LaneType, to: LaneType): void {
  if (from === to) return;
  if (to === "bool") {
    spellVectorConstant(f, 0, from);
    f.op(from === "f32" ? "f32x4.ne" : "i32x4.ne");
  } else if (from === "bool") {
    spellVectorConstant(f, 1, to);
    f.op("v128.and");
  } else f.op(to === "i32" ? "i32x4.trunc_sat_f32x4_s" : "f32x4.convert_i32x4_s");
}

/** Spreads the scalar on the stack over four lanes; a bool becomes a mask. */
export function spellSplat(f: FunctionBuilder, type: LaneType): void {
  if (type === "f32") f.op("f32x4.splat");
  else if (type === "i32") f.op("i32x4.splat");
  else f.i32(0).op("i32.ne").i32(-1).op("i32.mul").op("i32x4.splat");
}
