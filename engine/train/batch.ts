/** @file A batch: steps decided ahead, run by one call of the device, and read back together. */
import type { Device, LoadedPlan, RunReport } from "../backends/backend";
import type { TorchGenerator } from "../random/torch-generator";
import type { DecidedStep } from "./decided-step";
import type { Watch } from "./in-pieces";
import type { PathWalker } from "./path-walker";
import type { Instrument, Probe } from "./probe";
import type { SlotState } from "./slot-state";
import type { LoadedStep } from "./step-loader";

/** `count` steps along one path, plain or instrumented. */
interface BatchEntry {
  readonly step: DecidedStep;
  readonly instrumented: { readonly step: LoadedStep; readonly instrument: Instrument } | null;
  count: number;
}

export interface Batch {
  readonly entries: readonly BatchEntry[];
  readonly steps: number;
  /** True when draws were made for a step that could not be decided yet. */
  readonly overdrawn: boolean;
}

/** Decides at least one and at most `most` steps; with a probe the first one is instrumented. Advances generator and presence. */
export async function decideBatch(
  walker: PathWalker,
  state: SlotState,
  most: number,
  probe: Probe | null,
  watch: Watch = {},
): Promise<Batch> {
  const entries: BatchEntry[] = [];
  let steps = 0;
  while (steps < most) {
    const watched = steps === 0 ? probe : null;
    const step = await walker.next(steps > 0, watch, watched !== null);
    if (!step) return { entries, steps, overdrawn: true };
    const instrumented = watched && step.leaf ? await walker.instrument(step.leaf, watched, watch) : null;
    const count = step.steady && !instrumented ? most - steps : 1;
    const last = entries[entries.length - 1];
    if (last && last.step === step && !last.instrumented) last.count += count;
    else entries.push({ step, instrumented, count });
    steps += count;
    state.setPresent(step.presentAfter);
  }
  return { entries, steps, overdrawn: false };
}

/** The plans of one of an entry's steps. */
function plansOf({ step, instrumented }: BatchEntry): readonly LoadedPlan[] {
  return instrumented ? [instrumented.step.plan] : step.plans;
}

/** What the device runs. */
export function scheduleOf(batch: Batch): Parameters<Device["run"]>[0] {
  return batch.entries.flatMap((entry) => {
    const plans = plansOf(entry);
    const [only] = plans;
    if (only && plans.length === 1) return [{ plan: only, count: entry.count }];
    return Array.from({ length: entry.count }, () => plans.map((plan) => ({ plan, count: 1 }))).flat();
  });
}

/** How many whole steps so many runs of plans are. */
export function stepsOf(batch: Batch, runs: number): number {
  let steps = 0;
  let left = runs;
  for (const entry of batch.entries) {
    const each = plansOf(entry).length;
    const made = Math.min(entry.count, Math.floor(left / each));
    steps += made;
    left -= made * each;
    if (made < entry.count) break;
  }
  return steps;
}

/** Advances generator and presence over the first `completed` steps, from where the batch began. */
export function replayDecisions(batch: Batch, completed: number, generator: TorchGenerator, state: SlotState): void {
  let left = completed;
  for (const { step, count } of batch.entries) {
    for (let i = 0; i < Math.min(count, left); i++) {
      for (const { low, high } of step.draws) generator.randint(low, high, 1);
    }
    if (left > 0) state.setPresent(step.presentAfter);
    left -= Math.min(count, left);
  }
}

export interface BatchReport {
  /** One loss per completed step, NaN where the step has none. */
  readonly losses: Float64Array;
  /** The first step of the batch whose loss came out as NaN, or −1. */
  readonly nanAt: number;
  /** What the instrumented step reported. */
  readonly sample: { readonly values: Float64Array; readonly instrument: Instrument } | null;
}

/** Takes a device's report of so many steps apart. */
export function readReport(batch: Batch, { ring }: RunReport, completed: number): BatchReport {
  const losses = new Float64Array(completed).fill(NaN);
  let nanAt = -1;
  let sample: BatchReport["sample"] = null;
  let made = 0;
  let offset = 0;
  for (const entry of batch.entries) {
    const { instrumented, count } = entry;
    const { hasLoss } = entry.step;
    const width = plansOf(entry).reduce((sum, { plan }) => sum + plan.ring.length, 0);
    for (let i = 0; i < count && made < completed; i++, made++, offset += width) {
      const loss = hasLoss ? (ring[offset] ?? NaN) : NaN;
      losses[made] = loss;
      if (hasLoss && Number.isNaN(loss) && nanAt < 0) nanAt = made;
      if (instrumented) {
        const { instrument } = instrumented;
        sample = { values: ring.slice(offset + (hasLoss ? 1 : 0), offset + width), instrument };
      }
    }
  }
  return { losses, nanAt, sample };
}
