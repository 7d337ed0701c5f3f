/** @file One path's plan: what a step along it runs, and what the host must know of it. */
import type { SlotId } from "../ir/value";
import type { StepTrace } from "../program/program";
import type { ForkQuestion } from "./path-trie";
import type { Instrument } from "./probe";
import type { LoadedStep } from "./step-loader";

export interface PathPlan {
  readonly step: LoadedStep;
  /** Whether ring[0] is the loss. */
  readonly hasLoss: boolean;
  readonly presentAfter: ReadonlyMap<SlotId, boolean>;
  /** The draws it makes on the host, in order. */
  readonly draws: readonly { readonly low: number; readonly high: number }[];
  /** True when the step after it must take the same path. */
  readonly steady: boolean;
  /** The variant that reports statistics besides, for one set of watched places. */
  instrumented: { readonly layout: number; readonly step: LoadedStep; readonly instrument: Instrument } | null;
  /** Goes up by use; the lowest is forgotten first. */
  lastUsed: number;
}

/** Puts a loaded step together with what its trace and the questions on its way say. */
export function pathPlan(
  step: LoadedStep,
  trace: StepTrace,
  questions: readonly ForkQuestion[],
  answers: readonly number[],
): PathPlan {
  const steady = questions.every((question, i) => {
    if (question.kind !== "present") return false;
    const before = answers[i] === 1;
    return (trace.present.get(question.slot) ?? before) === before;
  });
  return {
    step,
    hasLoss: trace.loss !== null,
    presentAfter: trace.present,
    draws: questions.flatMap((q) => (q.kind === "draw" ? [{ low: q.low, high: q.high }] : [])),
    steady,
    instrumented: null,
    lastUsed: 0,
  };
}
