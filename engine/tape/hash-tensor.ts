/** @file The content hash of host data: equal content gives equal hashes, so that a device holds it once. */
import { hexadecimal } from "../ir/hash-text";
import type { TensorData } from "../ir/tensor";

const known = new WeakMap<TensorData, string>();

/** dtype, shape and 64 bits over the bytes (two FNV-1a lanes over 32-bit words), remembered per object. */
export function hashTensor(tensor: TensorData): string {
  const remembered = known.get(tensor);
  if (remembered !== undefined) return remembered;
  const { buffer, byteOffset, byteLength } = tensor.data;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  const words = byteLength >> 2;
  const view = new DataView(buffer, byteOffset, byteLength);
  for (let i = 0; i < words; i++) {
    const word = view.getUint32(i * 4, true);
    a = Math.imul(a ^ word, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b ^ (word + i), 0x85ebca6b);
    b ^= b >>> 13;
  }
  for (let i = words * 4; i < byteLength; i++) {
    a = Math.imul(a ^ (bytes[i] ?? 0), 0x01000193);
    b = Math.imul(b ^ (bytes[i] ?? 0), 0x85ebca6b);
  }
  const hash = `${tensor.dtype}[${tensor.shape.join(",")}]:${hexadecimal(a)}${hexadecimal(b)}`;
  known.set(tensor, hash);
  return hash;
}
