/** @file A step whose path is decided: what the device runs for it, and what the host must know of it. */
import type { LoadedPlan } from "../backends/backend";
import type { SlotId } from "../ir/value";
import type { PathPlan } from "./path-plan";
import type { Leaf } from "./path-trie";

/** torch.randint(low, high, ()) from the host stream. */
export type Draw = (low: number, high: number) => number;

export interface DecidedStep {
  /** Run in this order; the last one reports. */
  readonly plans: readonly LoadedPlan[];
  /** The draws made on the host for it, in order. */
  readonly draws: readonly { readonly low: number; readonly high: number }[];
  /** Whether the first number reported is the loss. */
  readonly hasLoss: boolean;
  readonly presentAfter: ReadonlyMap<SlotId, boolean>;
  /** True when the step after it must take the same path. */
  readonly steady: boolean;
  /** Its path, where it is one plan for the whole step. */
  readonly leaf: Leaf<PathPlan> | null;
}
