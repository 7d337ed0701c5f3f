/** @file compile: values of one step → a Plan: lower, simplify, fuse, schedule, allocate. */
import { invariant } from "../ir/refusal";
import type { SlotId, Value } from "../ir/value";
import type { Plan } from "./plan";

/** What a plan must leave behind. Whatever these do not need is not computed. */
export interface CompileRequest {
  /** New contents of slots at the end of the step; every read sees the old ones. */
  readonly writes: readonly { readonly slot: SlotId; readonly value: Value }[];
  /** Values that a slot already holds (computed once a run): read there instead of being computed. */
  readonly given: ReadonlyMap<Value, SlotId>;
  /** Scalars reported after each step. */
  readonly ring: readonly Value[];
}

export interface CompileOptions {
  /** False lowers each primitive to a kernel of its own: what fused plans are tested against. */
  readonly fuse: boolean;
}

/** A Plan that computes the request; equal requests (up to value ids) give equal keys. */
export function compile(request: CompileRequest, options: CompileOptions = { fuse: true }): Plan {
  invariant(request && options, "not written yet");
  throw new Error("Invariant: compile is being written");
}
