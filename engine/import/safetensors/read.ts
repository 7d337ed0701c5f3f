/** @file The bytes of a safetensors file → tensors, every claim of its header checked before anything is allocated. */
import type { DType } from "../../ir/dtype";
import { allocateHost, type TensorData } from "../../ir/tensor";

const maxHeaderBytes = 16 * 2 ** 20;
const maxRank = 64;

type Stored = "F64" | "F32" | "F16" | "BF16" | "I64" | "I32" | "BOOL";

/** How each stored type is read; the two halves become float32, which holds them exactly. */
const readers = {
  F64: { dtype: "float64", width: 8, read: (v, at) => v.getFloat64(at, true) },
  F32: { dtype: "float32", width: 4, read: (v, at) => v.getFloat32(at, true) },
  F16: { dtype: "float32", width: 2, read: (v, at) => halfToNumber(v.getUint16(at, true)) },
  BF16: { dtype: "float32", width: 2, read: (v, at) => brainHalfToNumber(v.getUint16(at, true)) },
  I64: { dtype: "int64", width: 8, read: (v, at) => Number(v.getBigInt64(at, true)) },
  I32: { dtype: "int32", width: 4, read: (v, at) => v.getInt32(at, true) },
  BOOL: { dtype: "bool", width: 1, read: (v, at) => (v.getUint8(at) === 0 ? 0 : 1) },
} as const satisfies Record<Stored, { dtype: DType; width: number; read: (view: DataView, at: number) => number }>;

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function brainHalfToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}

/** A file that is not what it says; the message is a whole sentence without the file's name. */
export class SafetensorsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SafetensorsError";
  }
}

function refuse(found: string, expected: string): never {
  throw new SafetensorsError(`found ${found}, expected ${expected}. Save the weights again.`);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

function readHeader(bytes: Uint8Array): { readonly header: Readonly<Record<string, unknown>>; readonly data: number } {
  if (bytes.length < 8) refuse(`a file of ${bytes.length} bytes`, "a safetensors header");
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  if (claimed > BigInt(Math.min(maxHeaderBytes, bytes.length - 8))) {
    refuse(`a header of ${claimed} bytes in a file of ${bytes.length}`, `at most ${maxHeaderBytes} within the file`);
  }
  const length = Number(claimed);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    refuse("a header that is not JSON", "a safetensors header");
  }
  if (!isRecord(header)) refuse("a header that is no object", "tensors by name");
  return { header, data: 8 + length };
}

/** Reads every tensor, in the file's order. Throws SafetensorsError. */
export function readSafetensors(bytes: Uint8Array): ReadonlyMap<string, TensorData> {
  const { header, data: start } = readHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tensors = new Map<string, TensorData>();
  let claimedBytes = 0;
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (!isRecord(entry)) refuse(`no description of "${name}"`, "dtype, shape and data_offsets");
    const { dtype: stored, shape, data_offsets: offsets } = entry;
    if (typeof stored !== "string" || !Object.hasOwn(readers, stored)) {
      refuse(`dtype ${JSON.stringify(stored)} of "${name}"`, `one of ${Object.keys(readers).join(", ")}`);
    }
    const { dtype, width, read } = readers[stored as Stored];
    if (!Array.isArray(shape) || shape.length > maxRank || !shape.every(isCount)) {
      refuse(`shape ${JSON.stringify(shape)} of "${name}"`, "a list of extents");
    }
    const extents: readonly number[] = shape;
    const count = extents.reduce((product, extent) => product * extent, 1);
    const [begin, end] = Array.isArray(offsets) && offsets.every(isCount) ? (offsets as number[]) : [-1, -1];
    if (begin === undefined || end === undefined || begin < 0 || end - begin !== count * width) {
      refuse(`data_offsets ${JSON.stringify(offsets)} of "${name}"`, `${count * width} bytes for its shape`);
    }
    claimedBytes += end - begin;
    if (start + end > bytes.length || claimedBytes > bytes.length - start) {
      refuse(`data of "${name}" up to byte ${start + end}`, `no more than the file's ${bytes.length} bytes`);
    }
    const data = allocateHost(dtype, count);
    for (let i = 0; i < count; i++) data[i] = read(view, start + begin + i * width);
    tensors.set(name, { dtype, shape: extents, data });
  }
  return tensors;
}
