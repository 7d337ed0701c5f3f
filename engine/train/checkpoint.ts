/** @file A checkpoint: everything a run is made of, as host data. */
import type { DType } from "../ir/dtype";
import type { TypedArray } from "../ir/tensor";
import type { SlotId } from "../ir/value";

/** The content of one slot. `present` is whether a gradient slot holds a gradient; true for all others. */
export interface SavedSlot {
  readonly slot: SlotId;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly present: boolean;
  readonly data: TypedArray;
}

/** Restored into a trainer of the same document, the run goes on as if it had never stopped. */
export interface Checkpoint {
  /** The next step's number. */
  readonly step: number;
  readonly seed: number;
  /** TorchGenerator.save(). */
  readonly random: Uint8Array;
  readonly slots: readonly SavedSlot[];
}
