/** @file Fused plans compute what unfused ones compute, on seeded random steps. */
import { expect, test } from "vitest";
import { backward } from "../autodiff/walk";
import { referenceBackend } from "../backends/reference";
import type { TypedArray } from "../ir/tensor";
import type { Value } from "../ir/value";
import type { Tape } from "../tape/tape";
import { compile } from "./compile";
import { exampleSteps } from "./example-steps";
import type { Plan, PlanBuffer } from "./plan";
import { planFaults } from "./plan-rules";
import { printPlan } from "./print";
import { randomStep, type RandomStep } from "./random-graphs";

async function run(step: RandomStep, plan: Plan, steps: number): Promise<readonly TypedArray[]> {
  const device = await referenceBackend.open({ memoryBudgetBytes: 1e9 });
  for (const [slot, { dtype, data }] of step.slots) {
    device.allocate(slot, dtype, data.length);
    device.write(slot, data);
  }
  const { ring } = await device.run([{ plan: await device.load(plan), count: steps }]);
  const slots = await device.read([...step.slots.keys()]);
  device.close();
  return [...slots, ring];
}

/** The largest difference, relative to 1 or to the value where that is larger. */
function distance(a: readonly TypedArray[], b: readonly TypedArray[]): number {
  let worst = 0;
  a.forEach((x, i) =>
    x.forEach((value, j) => {
      const other = b[i]?.[j] ?? NaN;
      const gap = Object.is(value, other) ? 0 : Math.abs(value - other) / Math.max(1, Math.abs(other));
      worst = Math.max(worst, Number.isNaN(gap) ? Infinity : gap);
    }),
  );
  return worst;
}

const seeds = Array.from({ length: 60 }, (_, seed) => seed);

function gradients(tape: Tape, loss: Value): ReadonlyMap<Value, Value> {
  const found = backward(tape, loss, null);
  const pairs = found.leaves.map((leaf) => [leaf, found.of(leaf)] as const);
  return new Map(pairs.flatMap(([leaf, grad]) => (grad ? [[leaf, grad] as const] : [])));
}

test.each(["float64", "float32"] as const)("fused equals unfused in %s", async (float) => {
  const limit = float === "float64" ? 1e-11 : 2e-5;
  for (const seed of seeds) {
    const step = randomStep(seed, { float, ops: 4 + (seed % 30), gradients });
    const fused = compile(step.request);
    const unfused = compile(step.request, { fuse: false });
    expect([...planFaults(fused), ...planFaults(unfused)], `seed ${seed}`).toEqual([]);
    expect(fused.kernels.length).toBeLessThanOrEqual(unfused.kernels.length);
    const gap = distance(await run(step, fused, 2), await run(step, unfused, 2));
    if (!(gap < limit)) console.log(printPlan(fused));
    expect(gap, `seed ${seed}`).toBeLessThan(limit);
  }
});

test("a plan whose temporaries overlap is noticed", () => {
  const plan = compile(exampleSteps["two matrices (E11)"]());
  const buffers = plan.buffers.map((b): PlanBuffer => (b.place.kind === "scratch" ? { ...b, place: { kind: "scratch", offset: 0 } } : b)); // prettier-ignore
  expect(planFaults(plan)).toEqual([]);
  expect(planFaults({ ...plan, buffers })).not.toEqual([]);
});

test("a changed kernel is noticed", async () => {
  const step = randomStep(1, { float: "float64", ops: 12 });
  const plan = compile(step.request);
  const text = JSON.stringify(plan).replace('"fn":"sub"', '"fn":"add"');
  const wrong: Plan = { ...plan, kernels: (JSON.parse(text) as Plan).kernels, key: "wrong" };
  expect(distance(await run(step, plan, 1), await run(step, wrong, 1))).toBeGreaterThan(1e-6);
});
