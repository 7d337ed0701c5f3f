/** @file The arena: the one storage buffer of a device that slots, constants and scratch are parts of. */
import { DeviceError } from "../backend";
import { alignUp, FreeList } from "./free-list";

const alignment = 256;
const firstCapacity = 1 << 20;

/** A byte range of the arena. */
export interface Block {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Grows by copying into a larger buffer, so offsets stay and only the buffer changes (`generation` counts). New
 * blocks are zeroed. Past the limit it refuses with DeviceError "memory" before anything is allocated.
 */
export class Arena {
  readonly #device: GPUDevice;
  readonly #limitBytes: number;
  readonly #limitReason: string;
  readonly #free = new FreeList(alignment);
  #buffer: GPUBuffer;
  #generation = 0;

  constructor(device: GPUDevice, limits: { readonly budgetBytes: number; readonly adapterBytes: number }) {
    this.#device = device;
    const adapterBytes = Math.floor(limits.adapterBytes / alignment) * alignment;
    this.#limitBytes = Math.min(limits.budgetBytes, adapterBytes);
    this.#limitReason =
      limits.budgetBytes <= adapterBytes
        ? "the memory budget. Raise the budget, or make the model or its batch smaller"
        : "the largest buffer of this GPU. Make the model or its batch smaller, or run it on wasm";
    const capacity = Math.max(alignment, Math.min(firstCapacity, Math.floor(this.#limitBytes / alignment) * alignment));
    this.#buffer = this.#create(capacity);
    this.#free.extend(capacity);
  }

  get buffer(): GPUBuffer {
    return this.#buffer;
  }

  /** Raised whenever `buffer` is another one. */
  get generation(): number {
    return this.#generation;
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.#free.used;
  }

  /** A zeroed block; `what` names it when there is no room. */
  take(bytes: number, what: string): Block {
    let offset = this.#free.take(bytes);
    if (offset === null) {
      const needed = this.#free.neededCapacity(bytes);
      if (needed > this.#limitBytes) {
        throw new DeviceError(
          "memory",
          `webgpu: ${what} needs ${bytes} bytes beside ${this.bytes} in use, expected at most ${this.#limitBytes}, ${this.#limitReason}.`,
        );
      }
      this.#grow(needed);
      offset = this.#free.take(bytes);
      if (offset === null) throw new Error("Invariant: a grown arena has no room");
    }
    const block = { offset, bytes };
    this.#clear(block);
    return block;
  }

  give(block: Block): void {
    this.#free.give(block.offset, block.bytes);
  }

  destroy(): void {
    this.#buffer.destroy();
  }

  #create(bytes: number): GPUBuffer {
    const { STORAGE, COPY_SRC, COPY_DST } = bufferUsage;
    return this.#device.createBuffer({ label: "arena", size: bytes, usage: STORAGE | COPY_SRC | COPY_DST });
  }

  #clear(block: Block): void {
    if (block.bytes === 0) return;
    const encoder = this.#device.createCommandEncoder();
    encoder.clearBuffer(this.#buffer, block.offset, alignUp(block.bytes, 4));
    this.#device.queue.submit([encoder.finish()]);
  }

  #grow(needed: number): void {
    const old = this.#buffer;
    const doubled = Math.min(old.size * 2, Math.floor(this.#limitBytes / alignment) * alignment);
    const capacity = Math.max(needed, doubled);
    this.#buffer = this.#create(capacity);
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(old, 0, this.#buffer, 0, old.size);
    this.#device.queue.submit([encoder.finish()]);
    old.destroy();
    this.#free.extend(capacity);
    this.#generation++;
  }
}

/** GPUBufferUsage and GPUMapMode, spelt out because a Node host need not have the globals. */
export const bufferUsage = { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, UNIFORM: 64, STORAGE: 128 } as const;
export const mapModeRead = 1;
