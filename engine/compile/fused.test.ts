/** @file Fused plans compute what unfused ones compute, on seeded random steps. */
import { expect, test } from "vitest";
import { distance, gradients, runStep } from "../backends/random-step-fixture";
import { referenceBackend } from "../backends/reference";
import { compile } from "./compile";
import { exampleSteps } from "./example-steps";
import type { Plan, PlanBuffer } from "./plan";
import { planFaults } from "./plan-rules";
import { printPlan } from "./print";
import { randomStep, type RandomStep } from "./random-graphs";

const run = (step: RandomStep, plan: Plan, steps: number) => runStep(referenceBackend, step, plan, steps);

const seeds = Array.from({ length: 60 }, (_, seed) => seed);

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
