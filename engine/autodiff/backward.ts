/** @file backward: walks the tape from a value to its leaves and builds the gradients as graph. */
import type { Tape } from "../tape/tape";
import type { Value } from "../ir/value";

/** What one use of a value adds to its gradient. */
export interface Contribution {
  /** The value computed from it (an op's result, an alias, a boundary's output), and as which operand it went in. */
  readonly user: Value;
  readonly operand: number;
  /** The rule's result as the rule gave it, and summed back to the value's shape (Note [Un-broadcasting]). */
  readonly before: Value;
  readonly after: Value;
}

/** Gradients of one backward call, by value. */
export interface Gradients {
  /** The gradient that reached this value (of its shape and dtype), or null. Aliases give one edge's contribution. */
  of(value: Value): Value | null;
  /** The uses whose contributions add up to of(value), in the order they were added. */
  contributions(value: Value): readonly Contribution[];
  /** Leaves that were reached, in the order they were recorded. */
  readonly leaves: readonly Value[];
}

export interface BackwardOptions {
  /** Keeps the graph, so that a further backward may pass through it. */
  readonly retainGraph?: boolean;
  /** Records the gradients as differentiable themselves: second derivatives. Keeps the graph too. */
  readonly createGraph?: boolean;
  /** The values whose gradients are wanted (torch's `inputs`); without it, all leaves. */
  readonly inputs?: readonly Value[];
}

export type Backward = (tape: Tape, root: Value, cotangent: Value | null, options?: BackwardOptions) => Gradients;
