/** @file How many steps go into one submit: as many as fit the time a person may wait for a stop. */
import type { WebgpuPlan } from "./loaded-plan";

/** Aimed at, well below the 100 ms that one submit may take. */
const targetMs = 40;
const mostDispatches = 20_000;

export interface BatchEntry {
  readonly plan: WebgpuPlan;
  count: number;
}

/** Walks a schedule and cuts it into batches. */
export class StepQueue {
  readonly #entries: readonly { readonly plan: WebgpuPlan; readonly count: number }[];
  #entry = 0;
  #done = 0;

  constructor(entries: readonly { readonly plan: WebgpuPlan; readonly count: number }[]) {
    this.#entries = entries;
    this.#skipEmpty();
  }

  get empty(): boolean {
    return this.#entry >= this.#entries.length;
  }

  /** The next steps; at least one. A plan that was never measured ends its batch after one step. */
  take(ringWords: number): BatchEntry[] {
    const batch: BatchEntry[] = [];
    let milliseconds = 0;
    let dispatches = 0;
    let words = 0;
    while (!this.empty) {
      const entry = this.#entries[this.#entry];
      if (!entry) break;
      const { plan } = entry;
      const each = plan.stepMs ?? targetMs;
      const fits = Math.floor(
        Math.min(
          (targetMs - milliseconds) / Math.max(each, 1e-4),
          (mostDispatches - dispatches) / Math.max(plan.dispatches.length, 1),
          (ringWords - words) / Math.max(plan.plan.ring.length, 1e-4),
        ),
      );
      const count = Math.min(entry.count - this.#done, Math.max(fits, batch.length === 0 ? 1 : 0));
      if (count === 0) break;
      batch.push({ plan, count });
      milliseconds += each * count;
      dispatches += plan.dispatches.length * count;
      words += plan.plan.ring.length * count;
      this.#done += count;
      if (this.#done === entry.count) {
        this.#entry++;
        this.#done = 0;
        this.#skipEmpty();
      } else break;
    }
    return batch;
  }

  #skipEmpty(): void {
    while (!this.empty && (this.#entries[this.#entry]?.count ?? 0) <= 0) this.#entry++;
  }
}

/** What the plans of a batch were expected to take; unmeasured ones count nothing. */
function expectedMs(batch: readonly BatchEntry[]): number {
  return batch.reduce((sum, { plan, count }) => sum + (plan.stepMs ?? 0) * count, 0);
}

/** Learns from a finished batch: unmeasured plans share what was not expected, the others move towards what was measured. */
export function learn(batch: readonly BatchEntry[], measuredMs: number): void {
  const expected = expectedMs(batch);
  const unmeasured = batch.filter(({ plan }) => plan.stepMs === null);
  if (unmeasured.length > 0) {
    const steps = unmeasured.reduce((sum, { count }) => sum + count, 0);
    for (const { plan } of unmeasured) plan.stepMs = Math.max(measuredMs - expected, measuredMs * 0.1, 1e-3) / steps;
    return;
  }
  const ratio = Math.min(Math.max(measuredMs / Math.max(expected, 1e-3), 0.25), 4);
  for (const plan of new Set(batch.map((entry) => entry.plan))) {
    plan.stepMs = Math.max((plan.stepMs ?? measuredMs) * Math.sqrt(ratio), 1e-3);
  }
}

/** Dispatches of one command buffer: a step that takes long is cut into several, so that none holds the GPU. */
export function dispatchesPerSubmit(batch: readonly BatchEntry[]): number {
  const expected = expectedMs(batch);
  const total = batch.reduce((sum, { plan, count }) => sum + plan.dispatches.length * count, 0);
  return expected <= 2 * targetMs ? Infinity : Math.max(1, Math.ceil((total * targetMs) / expected));
}
