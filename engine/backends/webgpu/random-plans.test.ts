/** @file Seeded random steps, forward and backward, fused and unfused: the GPU computes what the reference backend does. */
import { expect, test } from "vitest";
import { backward } from "../../autodiff/walk";
import { compile } from "../../compile/compile";
import type { Plan } from "../../compile/plan";
import { printPlan } from "../../compile/print";
import { randomStep, type RandomStep } from "../../compile/random-graphs";
import type { TypedArray } from "../../ir/tensor";
import type { Tape } from "../../tape/tape";
import type { Value } from "../../ir/value";
import type { Backend } from "../backend";
import { referenceBackend } from "../reference";
import { nodeBackend, whyNoGpu } from "./device-fixture";
import type { KernelStyle } from "./kernel-style";

const count = process.env["CHAINRULE_FULL"] ? 40 : 8;
const steps = 2;

function gradients(tape: Tape, loss: Value): ReadonlyMap<Value, Value> {
  const found = backward(tape, loss, null);
  return new Map(found.leaves.flatMap((leaf) => {
    const gradient = found.of(leaf);
    return gradient ? [[leaf, gradient] as const] : [];
  })); // prettier-ignore
}

async function run(backend: Backend, step: RandomStep, plan: Plan): Promise<readonly TypedArray[]> {
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

/** The largest difference, relative to 1 or to the value where that is larger. */
function distance(found: readonly TypedArray[], expected: readonly TypedArray[]): number {
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

if (whyNoGpu) console.warn(`skipped: ${whyNoGpu}`);
const cases: (readonly [KernelStyle, boolean])[] = [
  ["software", true],
  ["software", false],
  ["gpu", true],
];
test.skipIf(whyNoGpu !== null).each(cases)(
  "random steps shaped for %s, fused: %s",
  async (style, fuse) => {
    const backend = nodeBackend(style);
    for (let seed = 0; seed < count; seed++) {
      const step = randomStep(seed, { float: "float32", ops: 4 + (seed % 24), gradients });
      const plan = compile(step.request, { fuse });
      const gap = distance(await run(backend, step, plan), await run(referenceBackend, step, plan));
      if (!(gap < 2e-4)) console.log(printPlan(plan));
      expect(gap, `seed ${seed}`).toBeLessThan(2e-4);
    }
  },
  300_000,
);

test.skipIf(whyNoGpu !== null)("negative control: a changed kernel is noticed", async () => {
  const step = randomStep(1, { float: "float32", ops: 12 });
  const plan = compile(step.request);
  const text = JSON.stringify(plan.kernels).replace('"fn":"sub"', '"fn":"add"');
  const wrong: Plan = { ...plan, kernels: JSON.parse(text) as Plan["kernels"], key: "wrong" };
  const expected = await run(referenceBackend, step, plan);
  expect(distance(await run(nodeBackend(), step, wrong), expected)).toBeGreaterThan(1e-4);
});
