/** @file Storage: a tensor's place on the device that outlives a step: parameters, optimiser state, data used again. */
import { elementCount } from "../ir/shape";
import type { TensorData, TensorType } from "../ir/tensor";
import type { SlotId } from "../ir/value";

let count = 0;

export interface StorageFlags {
  readonly requiresGrad?: boolean;
  readonly historyEnded?: boolean;
}

/** One slot. Its memory is given back when nothing refers to it any more. */
export class Storage {
  readonly slot: SlotId;
  readonly type: TensorType;
  readonly requiresGrad: boolean;
  /** It stands for a value with a history that ended with its segment: a backward may not reach it. */
  readonly historyEnded: boolean;
  /** What it holds at first, until that is on the device; null when a step writes it. */
  host: TensorData | null;
  /** Number of the last segment that writes it; −1 before any does. */
  lastWrite = -1;
  /** Number of the segment that read it first, and whether another has read it since. */
  firstRead: number | null = null;
  readAgain = false;

  constructor(type: TensorType, host: TensorData | null, flags: StorageFlags = {}) {
    this.slot = `t${count++}`;
    this.type = { dtype: type.dtype, shape: type.shape };
    this.requiresGrad = flags.requiresGrad ?? false;
    this.historyEnded = flags.historyEnded ?? false;
    this.host = host;
  }

  get elements(): number {
    return elementCount(this.type.shape);
  }

  /** Data that one segment alone has read so far: it needs no slot of its own yet. Note [Data of one step]. */
  get passing(): boolean {
    return this.host !== null && !this.requiresGrad && this.lastWrite < 0 && !this.readAgain;
  }
}
