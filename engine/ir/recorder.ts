/** @file The recorder that op calls go to: one at a time, set for the length of a synchronous call. */
import type { Attributes } from "./attribute";
import type { AnyOp } from "./op";
import { invariant } from "./refusal";
import type { TensorData } from "./tensor";
import type { Value } from "./value";

/** What an op call needs: the tape implements it. */
export interface Recorder {
  /** Records one op: runs its shape rule, expands a composite, and returns the output value. Throws Refusal. */
  record(op: AnyOp, operands: readonly (Value | null)[], attributes: Attributes): Value;
  /** A plain number as a weak scalar: float32 when `float`, int64 otherwise. */
  literal(value: number, float: boolean): Value;
  /** A constant tensor written out: data that is part of the program. */
  data(data: TensorData): Value;
  /** The same tensor, through which no gradient passes (torch.Tensor.detach). */
  detach(value: Value): Value;
  /** A leaf that requires a gradient, equal to the value. */
  leaf(value: Value): Value;
}

let current: Recorder | null = null;

/** Runs `body` with every op call inside recorded by `recorder`. */
export function recordWith<T>(recorder: Recorder, body: () => T): T {
  const outer = current;
  current = recorder;
  try {
    return body();
  } finally {
    current = outer;
  }
}

/** The recorder in force; an op call outside recordWith is our bug. */
export function currentRecorder(): Recorder {
  invariant(current, "an op was called outside recordWith");
  return current;
}
