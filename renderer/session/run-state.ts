/** @file What the screen shows of a run: state, step, speed, losses. Batched from the engine's events. */
import type { Address, DeviceStatus, RunState } from "@chainrule/engine/session";

/** A growing curve of losses by step. */
export interface LossCurve {
  readonly steps: readonly number[];
  readonly losses: readonly number[];
}

export const noLosses: LossCurve = { steps: [], losses: [] };

/** What ended a run before its end: the engine's sentence, and where it happened, if that is known. */
export interface RunFailure {
  readonly message: string;
  readonly where: Address | null;
}

export interface EngineState {
  readonly connection: "connecting" | "ready" | "restarting" | "failed";
  readonly run: RunState;
  readonly step: number;
  readonly steps: number;
  readonly stepsPerSecond: number;
  readonly seed: number;
  readonly bytes: number;
  /** Paths of which plans are kept, and the kernels of all of them. */
  readonly paths: number;
  readonly kernels: number;
  /** Milliseconds of running since step 0. */
  readonly ranMs: number;
  readonly device: DeviceStatus | null;
  readonly devices: readonly DeviceStatus[];
  /** What `auto` takes here; null before the engine has said. */
  readonly auto: DeviceStatus["name"] | null;
  readonly why: string | null;
  /** Null while the last run has not failed. */
  readonly failure: RunFailure | null;
  readonly curve: LossCurve;
  /** The curve before the last change: drawn as a ghost. */
  readonly ghost: LossCurve;
  /** Milliseconds the last live retrain took from the change to its numbers. */
  readonly retrainMs: number | null;
  /** True when the document's meaning changed since the values on screen were computed. */
  readonly isStale: boolean;
  /** What is going on for longer than a moment: "3 of 7 kernels". */
  readonly progress: { readonly what: string; readonly done: number; readonly total: number } | null;
}

export const idleEngine: EngineState = {
  connection: "connecting",
  run: "idle",
  step: 0,
  steps: 0,
  stepsPerSecond: 0,
  seed: 0,
  bytes: 0,
  paths: 0,
  kernels: 0,
  ranMs: 0,
  device: null,
  devices: [],
  auto: null,
  why: null,
  failure: null,
  curve: noLosses,
  ghost: noLosses,
  retrainMs: null,
  isStale: false,
  progress: null,
};

/** Adds losses to a curve; ones from before its end start it anew, none leave it as it is. */
export function extendCurve(curve: LossCurve, steps: ArrayLike<number>, losses: ArrayLike<number>): LossCurve {
  if (steps.length === 0) return curve;
  const first = steps[0] ?? 0;
  const isNew = first <= (curve.steps.at(-1) ?? -1);
  const kept = isNew ? curve.steps.findIndex((step) => step >= first) : curve.steps.length;
  return {
    steps: [...curve.steps.slice(0, kept), ...Array.from(steps)],
    losses: [...curve.losses.slice(0, kept), ...Array.from(losses)],
  };
}
