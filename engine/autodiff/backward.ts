/** @file backward: walks the tape from a value to its leaves and builds the gradients as graph. */
import type { Tape } from "../tape/tape";
import type { Value } from "../ir/value";

/** Gradients of one backward call, by value. */
export interface Gradients {
  /** The gradient that reached this value (of its shape and dtype), or null. Aliases give one edge's contribution. */
  of(value: Value): Value | null;
  /** Leaves that were reached, in the order they were recorded. */
  readonly leaves: readonly Value[];
}

export type Backward = (tape: Tape, root: Value, cotangent: Value | null) => Gradients;
