/** @file The WebAssembly instructions the emitter uses, by their names in the text format (core specification 2.0). */

const simd = 0xfd;
const wide = 0xfc;

/** Opcode bytes without immediates. SIMD opcodes above 0x7f take two LEB bytes. */
export const instructions = {
  "return": [0x0f],
  "drop": [0x1a],
  "select": [0x1b],
  "i32.eqz": [0x45], "i32.eq": [0x46], "i32.ne": [0x47], "i32.lt_s": [0x48], "i32.gt_s": [0x4a],
  "i32.le_s": [0x4c], "i32.ge_s": [0x4e],
  "f32.eq": [0x5b], "f32.ne": [0x5c], "f32.lt": [0x5d], "f32.gt": [0x5e], "f32.le": [0x5f], "f32.ge": [0x60],
  "f64.eq": [0x61], "f64.ne": [0x62], "f64.lt": [0x63], "f64.gt": [0x64], "f64.le": [0x65], "f64.ge": [0x66],
  "i32.add": [0x6a], "i32.sub": [0x6b], "i32.mul": [0x6c], "i32.div_s": [0x6d], "i32.rem_s": [0x6f],
  "i32.and": [0x71], "i32.or": [0x72], "i32.xor": [0x73], "i32.shl": [0x74], "i32.shr_s": [0x75], "i32.shr_u": [0x76],
  "i64.mul": [0x7e], "i64.shr_u": [0x88], "i32.wrap_i64": [0xa7], "i64.extend_i32_u": [0xad],
  "f32.abs": [0x8b], "f32.neg": [0x8c], "f32.ceil": [0x8d], "f32.floor": [0x8e], "f32.trunc": [0x8f],
  "f32.nearest": [0x90], "f32.sqrt": [0x91], "f32.add": [0x92], "f32.sub": [0x93], "f32.mul": [0x94],
  "f32.div": [0x95], "f32.min": [0x96], "f32.max": [0x97],
  "f64.abs": [0x99], "f64.neg": [0x9a], "f64.ceil": [0x9b], "f64.floor": [0x9c], "f64.trunc": [0x9d],
  "f64.nearest": [0x9e], "f64.sqrt": [0x9f], "f64.add": [0xa0], "f64.sub": [0xa1], "f64.mul": [0xa2],
  "f64.div": [0xa3], "f64.min": [0xa4], "f64.max": [0xa5],
  "f32.convert_i32_s": [0xb2], "f32.demote_f64": [0xb6], "f64.convert_i32_s": [0xb7], "f64.promote_f32": [0xbb],
  "i32.reinterpret_f32": [0xbc], "f32.reinterpret_i32": [0xbe],
  "i32.trunc_sat_f32_s": [wide, 0x00], "i32.trunc_sat_f64_s": [wide, 0x02],
  "i32x4.splat": [simd, 0x11], "f32x4.splat": [simd, 0x13],
  "i32x4.eq": [simd, 0x37], "i32x4.ne": [simd, 0x38], "i32x4.lt_s": [simd, 0x39], "i32x4.gt_s": [simd, 0x3b],
  "i32x4.le_s": [simd, 0x3d], "i32x4.ge_s": [simd, 0x3f],
  "f32x4.eq": [simd, 0x41], "f32x4.ne": [simd, 0x42], "f32x4.lt": [simd, 0x43], "f32x4.gt": [simd, 0x44],
  "f32x4.le": [simd, 0x45], "f32x4.ge": [simd, 0x46],
  "v128.not": [simd, 0x4d], "v128.and": [simd, 0x4e], "v128.or": [simd, 0x50], "v128.xor": [simd, 0x51],
  "v128.bitselect": [simd, 0x52], "v128.any_true": [simd, 0x53],
  "f32x4.ceil": [simd, 0x67], "f32x4.floor": [simd, 0x68], "f32x4.trunc": [simd, 0x69], "f32x4.nearest": [simd, 0x6a],
  "i32x4.shl": [simd, 0xab, 0x01], "i32x4.shr_s": [simd, 0xac, 0x01], "i32x4.shr_u": [simd, 0xad, 0x01],
  "i32x4.add": [simd, 0xae, 0x01], "i32x4.sub": [simd, 0xb1, 0x01], "i32x4.mul": [simd, 0xb5, 0x01],
  "i32x4.min_s": [simd, 0xb6, 0x01], "i32x4.max_s": [simd, 0xb8, 0x01],
  "i64x2.extmul_low_i32x4_u": [simd, 0xde, 0x01], "i64x2.extmul_high_i32x4_u": [simd, 0xdf, 0x01],
  "f32x4.abs": [simd, 0xe0, 0x01], "f32x4.neg": [simd, 0xe1, 0x01], "f32x4.sqrt": [simd, 0xe3, 0x01],
  "f32x4.add": [simd, 0xe4, 0x01], "f32x4.sub": [simd, 0xe5, 0x01], "f32x4.mul": [simd, 0xe6, 0x01],
  "f32x4.div": [simd, 0xe7, 0x01], "f32x4.min": [simd, 0xe8, 0x01], "f32x4.max": [simd, 0xe9, 0x01],
  "f32x4.pmin": [simd, 0xea, 0x01], "f32x4.pmax": [simd, 0xeb, 0x01],
  "i32x4.trunc_sat_f32x4_s": [simd, 0xf8, 0x01], "f32x4.convert_i32x4_s": [simd, 0xfa, 0x01],
} as const; // prettier-ignore

export type Instruction = keyof typeof instructions;

/** Loads and stores: opcode and the alignment exponent of what they move. */
export const memoryInstructions = {
  "i32.load": { code: [0x28], align: 2 },
  "f32.load": { code: [0x2a], align: 2 },
  "f64.load": { code: [0x2b], align: 3 },
  "i32.store": { code: [0x36], align: 2 },
  "f32.store": { code: [0x38], align: 2 },
  "f64.store": { code: [0x39], align: 3 },
  "v128.load": { code: [simd, 0x00], align: 2 },
  "v128.load32_splat": { code: [simd, 0x09], align: 2 },
  "v128.store": { code: [simd, 0x0b], align: 2 },
} as const;

export type MemoryInstruction = keyof typeof memoryInstructions;

/** Loads and stores of one 32-bit lane; the lane number follows. */
export const laneMemoryInstructions = {
  "v128.load32_lane": [simd, 0x56],
  "v128.store32_lane": [simd, 0x5a],
} as const;

/** Moves between a lane and a scalar; the lane number follows. */
export const laneInstructions = {
  "i32x4.extract_lane": [simd, 0x1b],
  "f32x4.extract_lane": [simd, 0x1f],
  "f32x4.replace_lane": [simd, 0x20],
} as const;

/** i8x16.shuffle and v128.const: sixteen bytes follow. */
export const shuffleCode = [simd, 0x0d] as const;
export const vectorConstantCode = [simd, 0x0c] as const;

/** Value types of locals, parameters and results. */
export const valueTypes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof valueTypes;

/** True when `name` is an instruction this table has: how a spelling finds out whether a lane form exists. */
export function isInstruction(name: string): name is Instruction {
  return Object.hasOwn(instructions, name);
}
