/**
 * @file Tensors → the bytes of a safetensors file (huggingface/safetensors, format of 2022: a length, a JSON header,
 * then the data). npm has no kept library for it: `safetensors` 0.0.1 is one upload of 2023.
 */
import type { DType } from "../../ir/dtype";
import type { TensorData } from "../../ir/tensor";

const names = { float32: "F32", float64: "F64", int64: "I64", int32: "I32", bool: "BOOL" } as const satisfies Record<
  DType,
  string
>;
const widths = { float32: 4, float64: 8, int64: 8, int32: 4, bool: 1 } as const satisfies Record<DType, number>;

function writeTensor(view: DataView, offset: number, { dtype, data }: TensorData): void {
  const width = widths[dtype];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? 0;
    const at = offset + i * width;
    if (dtype === "float32") view.setFloat32(at, value, true);
    else if (dtype === "float64") view.setFloat64(at, value, true);
    else if (dtype === "int64") view.setBigInt64(at, BigInt(value), true);
    else if (dtype === "int32") view.setInt32(at, value, true);
    else view.setUint8(at, value);
  }
}

/** A file with these tensors, in the order given; `metadata` is text by name. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header["__metadata__"] = metadata;
  let end = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    const begin = end;
    end += data.length * widths[dtype];
    header[name] = { dtype: names[dtype], shape, data_offsets: [begin, end] };
  }
  const text = JSON.stringify(header);
  const encoded = new TextEncoder().encode(text);
  // The reference implementation pads the header with spaces so that the data begin at a multiple of eight.
  const headerBytes = Math.ceil(encoded.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, 8, 8 + headerBytes);
  bytes.set(encoded, 8);
  let offset = 8 + headerBytes;
  for (const tensor of tensors.values()) {
    writeTensor(view, offset, tensor);
    offset += tensor.data.length * widths[tensor.dtype];
  }
  return bytes;
}
