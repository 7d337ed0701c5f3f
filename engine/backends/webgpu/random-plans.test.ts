/** @file Seeded random steps, forward and backward, fused and unfused: the GPU computes what the reference backend does. */
import { expect, test } from "vitest";
import { compile } from "../../compile/compile";
import type { Plan } from "../../compile/plan";
import { printPlan } from "../../compile/print";
import { randomStep } from "../../compile/random-graphs";
import { distance, gradients, runStep } from "../random-step-fixture";
import { referenceBackend } from "../reference";
import { nodeBackend, whyNoGpu } from "./device-fixture";
import type { KernelStyle } from "./kernel-style";

const count = process.env["CHAINRULE_FULL"] ? 40 : 8;
const steps = 2;

if (whyNoGpu) console.warn(`skipped: ${whyNoGpu}`);
const cases: (readonly [KernelStyle, boolean])[] = [
  ["software", true],
  ["software", false],
  ["gpu", true],
];
test.skipIf(whyNoGpu !== null).each(cases)("random steps shaped for %s, fused: %s", async (style, fuse) => {
  const backend = nodeBackend(style);
  for (let seed = 0; seed < count; seed++) {
    const step = randomStep(seed, { float: "float32", ops: 4 + (seed % 24), gradients });
    const plan = compile(step.request, { fuse });
    const gap = distance(await runStep(backend, step, plan, steps), await runStep(referenceBackend, step, plan, steps));
    if (!(gap < 2e-4)) console.log(printPlan(plan));
    expect(gap, `seed ${seed}`).toBeLessThan(2e-4);
  }
});

test.skipIf(whyNoGpu !== null)("negative control: a changed kernel is noticed", async () => {
  const step = randomStep(1, { float: "float32", ops: 12 });
  const plan = compile(step.request);
  const text = JSON.stringify(plan.kernels).replace('"fn":"sub"', '"fn":"add"');
  const wrong: Plan = { ...plan, kernels: JSON.parse(text) as Plan["kernels"], key: "wrong" };
  const expected = await runStep(referenceBackend, step, plan, steps);
  expect(distance(await runStep(nodeBackend(), step, wrong, steps), expected)).toBeGreaterThan(1e-4);
});
