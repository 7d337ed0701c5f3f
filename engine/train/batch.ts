/** @file A batch: steps decided ahead, run by one call of the device, and read back together. */
import type { Device, RunReport } from "../backends/backend";
import type { TorchGenerator } from "../random/torch-generator";
import type { Watch } from "./in-pieces";
import type { PathPlan } from "./path-plan";
import type { Leaf } from "./path-trie";
import type { PathWalker } from "./path-walker";
import type { Instrument, Probe } from "./probe";
import type { SlotState } from "./slot-state";

/** `count` steps along one path, plain or instrumented. */
interface BatchEntry {
  readonly leaf: Leaf<PathPlan>;
  readonly instrumented: boolean;
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
    const leaf = await walker.next(steps > 0, watch);
    if (!leaf) return { entries, steps, overdrawn: true };
    const instrumented = probe !== null && steps === 0;
    if (instrumented) await walker.instrument(leaf, probe, watch);
    const count = leaf.path.steady && !instrumented ? most - steps : 1;
    const last = entries[entries.length - 1];
    if (last && last.leaf === leaf && !last.instrumented) last.count += count;
    else entries.push({ leaf, instrumented, count });
    steps += count;
    state.setPresent(leaf.path.presentAfter);
  }
  return { entries, steps, overdrawn: false };
}

/** What the device runs. */
export function scheduleOf(batch: Batch): Parameters<Device["run"]>[0] {
  return batch.entries.map(({ leaf, instrumented, count }) => ({
    plan: (instrumented ? leaf.path.instrumented?.step : null)?.plan ?? leaf.path.step.plan,
    count,
  }));
}

/** Advances generator and presence over the first `completed` steps, from where the batch began. */
export function replayDecisions(batch: Batch, completed: number, generator: TorchGenerator, state: SlotState): void {
  let left = completed;
  for (const { leaf, count } of batch.entries) {
    for (let i = 0; i < Math.min(count, left); i++) {
      for (const { low, high } of leaf.path.draws) generator.randint(low, high, 1);
    }
    if (left > 0) state.setPresent(leaf.path.presentAfter);
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

/** Takes a device's report apart. */
export function readReport(batch: Batch, report: RunReport): BatchReport {
  const losses = new Float64Array(report.completed).fill(NaN);
  let nanAt = -1;
  let sample: BatchReport["sample"] = null;
  let step = 0;
  let offset = 0;
  for (const { leaf, instrumented, count } of batch.entries) {
    const { step: plain, hasLoss, instrumented: variant } = leaf.path;
    const width = (instrumented && variant ? variant.step : plain).plan.plan.ring.length;
    for (let i = 0; i < count && step < report.completed; i++, step++, offset += width) {
      const loss = hasLoss ? (report.ring[offset] ?? NaN) : NaN;
      losses[step] = loss;
      if (hasLoss && Number.isNaN(loss) && nanAt < 0) nanAt = step;
      if (instrumented && variant) {
        sample = {
          values: report.ring.slice(offset + (hasLoss ? 1 : 0), offset + width),
          instrument: variant.instrument,
        };
      }
    }
  }
  return { losses, nanAt, sample };
}
