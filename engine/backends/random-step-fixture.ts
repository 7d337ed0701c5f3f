/** @file Seeded random steps on a backend, for tests: their gradients, a run, and how far two runs are apart. */
import { backward } from "../autodiff/walk";
import type { Plan } from "../compile/plan";
import type { RandomStep } from "../compile/random-graphs";
import type { TypedArray } from "../ir/tensor";
import type { Value } from "../ir/value";
import type { Tape } from "../tape/tape";
import type { Backend } from "./backend";

/** The gradient of each leaf that a loss reaches. */
export function gradients(tape: Tape, loss: Value): ReadonlyMap<Value, Value> {
  const found = backward(tape, loss, null);
  const pairs = found.leaves.map((leaf) => [leaf, found.of(leaf)] as const);
  return new Map(pairs.flatMap(([leaf, gradient]) => (gradient ? [[leaf, gradient] as const] : [])));
}

/** Runs a plan of the step on a fresh device: its slots after `steps` steps, and the ring. */
export async function runStep(
  backend: Backend,
  step: RandomStep,
  plan: Plan,
  steps: number,
): Promise<readonly TypedArray[]> {
  const device = await backend.open({ memoryBudgetBytes: 1 << 28 });
  try {
    for (const [slot, { dtype, data }] of step.slots) {
      device.allocate(slot, dtype, data.length);
      device.write(slot, data);
    }
    const { ring } = await device.run([{ plan: await device.load(plan), count: steps }]);
    return [...(await device.read([...step.slots.keys()])), ring];
  } finally {
    device.close();
  }
}

/** The largest difference, relative to 1 or to what is expected where that is larger; ∞ where only one is NaN. */
export function distance(found: readonly TypedArray[], expected: readonly TypedArray[]): number {
  let worst = 0;
  expected.forEach((values, i) =>
    values.forEach((value, j) => {
      const other = found[i]?.[j] ?? NaN;
      const gap = Object.is(value, other) ? 0 : Math.abs(value - other) / Math.max(1, Math.abs(value));
      worst = Math.max(worst, Number.isNaN(gap) ? Infinity : gap);
    }),
  );
  return worst;
}
