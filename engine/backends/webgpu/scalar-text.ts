/** @file Elements in WGSL: types, constants, and how they lie in the arena's 32-bit words. */
import type { DType } from "../../ir/dtype";
import { DeviceError } from "../backend";

export type WgslType = "f32" | "i32" | "bool";

/** The WGSL type of a dtype; float64 is refused. */
export function wgslType(dtype: DType, what: string): WgslType {
  switch (dtype) {
    case "float32":
      return "f32";
    case "int32":
    case "int64":
      return "i32";
    case "bool":
      return "bool";
    case "float64":
      throw new DeviceError(
        "unsupported",
        `webgpu: ${what} is float64, expected float32 or an integer. Run it on reference or wasm, or make it float32.`,
      );
  }
}

/** The value in a word of the arena. */
export function fromWord(dtype: DType, word: string): string {
  if (dtype === "float32") return `bitcast<f32>(${word})`;
  return dtype === "bool" ? `(${word} != 0u)` : `bitcast<i32>(${word})`;
}

/** The word of a value. */
export function toWord(dtype: DType, value: string): string {
  return dtype === "bool" ? `select(0u, 1u, ${value})` : `bitcast<u32>(${value})`;
}

const scratchFloat = new Float32Array(1);
const scratchWord = new Uint32Array(scratchFloat.buffer);

function hexWord(word: number): string {
  return `0x${(word >>> 0).toString(16).padStart(8, "0")}u`;
}

/**
 * A constant. NaN and infinities may not be written in WGSL, nor made by constant folding: they are made of their
 * bits and a zero that the compiler cannot see (`runtimeZero`).
 */
export function constantText(dtype: DType, value: number, runtimeZero: string): string {
  const type = wgslType(dtype, `the constant ${value}`);
  if (type === "bool") return value === 0 ? "false" : "true";
  if (type === "i32") {
    if (Math.trunc(value) !== (value | 0) && Number.isFinite(value)) {
      throw new DeviceError(
        "unsupported",
        `webgpu: the constant ${value} is past 32 bits, expected an integer within ±2147483647. Run it on reference.`,
      );
    }
    const integer = Number.isFinite(value) ? value | 0 : 0;
    return integer === -2147483648 ? "bitcast<i32>(0x80000000u)" : `${integer}i`;
  }
  scratchFloat[0] = value;
  const rounded = scratchFloat[0] ?? 0;
  const word = scratchWord[0] ?? 0;
  if (!Number.isFinite(rounded)) return `bitcast<f32>(${hexWord(word)} | ${runtimeZero})`;
  const magnitude = Math.abs(rounded);
  if ((rounded === 0 && word !== 0) || (magnitude !== 0 && magnitude < 1.1754943508222875e-38)) {
    return `bitcast<f32>(${hexWord(word)})`;
  }
  const decimal = String(rounded);
  return /[.e]/.test(decimal) ? `${decimal}f` : `${decimal}.0f`;
}
