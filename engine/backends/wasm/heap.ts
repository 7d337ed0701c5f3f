/** @file The device's memory: one growing WebAssembly.Memory, given out in 16-byte aligned blocks, first fit. */
import { DeviceError } from "../backend";
import { printBytes } from "../reference/print-bytes";

const alignment = 16;
const pageBytes = 65536;
/** Addresses are 32 bits. */
const addressLimit = 2 ** 32 - pageBytes;
/** Nothing lies at address 0, so that a missing address is noticed. */
export const heapStart = 64;

interface Block {
  readonly address: number;
  readonly bytes: number;
}

function align(bytes: number): number {
  return Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
}

/** Blocks of one memory. Freed neighbours join, so that memory does not wear out. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  private readonly budgetBytes: number;
  /** In order of address; no two touch. */
  private readonly free: Block[] = [];
  private readonly sizes = new Map<number, number>();
  private end = heapStart;
  private used = 0;

  constructor(budgetBytes: number) {
    this.budgetBytes = Math.min(budgetBytes, addressLimit);
    this.memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
  }

  /** Bytes given out. */
  bytes(): number {
    return this.used;
  }

  /** Throws DeviceError "memory" when `bytes` more do not fit the budget; `what` names who asked. */
  require(bytes: number, what: string): void {
    if (this.used + bytes <= this.budgetBytes) return;
    throw new DeviceError(
      "memory",
      `${what}: needs ${printBytes(bytes)} on wasm with ${printBytes(this.used)} in use, expected at most ` +
        `${printBytes(this.budgetBytes)} in all. Make the tensors smaller, or raise the memory budget.`,
    );
  }

  /** A zeroed block; throws DeviceError "memory" past the budget or when the machine has no more. */
  allocate(bytes: number, what: string): number {
    const size = align(bytes);
    this.require(size, what);
    const address = this.take(size) ?? this.append(size, what);
    this.sizes.set(address, size);
    this.used += size;
    new Uint8Array(this.memory.buffer, address, size).fill(0);
    return address;
  }

  release(address: number): void {
    const bytes = this.sizes.get(address);
    if (bytes === undefined) throw new Error(`Invariant: no block at ${address}`);
    this.sizes.delete(address);
    this.used -= bytes;
    let index = this.free.findIndex((block) => block.address > address);
    if (index < 0) index = this.free.length;
    const before = this.free[index - 1];
    const after = this.free[index];
    let joined: Block = { address, bytes };
    let from = index;
    let count = 0;
    if (before && before.address + before.bytes === address) {
      joined = { address: before.address, bytes: before.bytes + bytes };
      from--;
      count++;
    }
    if (after && joined.address + joined.bytes === after.address) {
      joined = { address: joined.address, bytes: joined.bytes + after.bytes };
      count++;
    }
    this.free.splice(from, count, joined);
    const last = this.free.at(-1);
    if (last && last.address + last.bytes === this.end) {
      this.free.pop();
      this.end = last.address;
    }
  }

  private take(bytes: number): number | null {
    const index = this.free.findIndex((block) => block.bytes >= bytes);
    const block = this.free[index];
    if (!block) return null;
    const rest = { address: block.address + bytes, bytes: block.bytes - bytes };
    this.free.splice(index, 1, ...(rest.bytes > 0 ? [rest] : []));
    return block.address;
  }

  private append(bytes: number, what: string): number {
    const address = this.end;
    const missing = address + bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.grow(Math.ceil(missing / pageBytes), what);
    this.end = address + bytes;
    return address;
  }

  /** Grows by half of what there is where it can, so that many small slots do not copy much. */
  private grow(pages: number, what: string): void {
    const now = this.memory.buffer.byteLength / pageBytes;
    for (const wanted of [Math.max(pages, Math.floor(now / 2)), pages]) {
      try {
        this.memory.grow(Math.min(wanted, Math.max(pages, 65535 - now)));
        return;
      } catch {
        continue;
      }
    }
    throw new DeviceError(
      "memory",
      `${what}: the machine gave no ${printBytes(pages * pageBytes)} more, expected them within the budget. ` +
        `Close other programs, or make the tensors smaller.`,
    );
  }
}
