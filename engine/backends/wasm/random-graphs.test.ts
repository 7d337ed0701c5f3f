/** @file Wasm computes what the reference backend computes, on seeded random steps, forward and backward, fused and unfused. */
import { expect, test } from "vitest";
import { backward } from "../../autodiff/walk";
import { compile } from "../../compile/compile";
import type { Plan } from "../../compile/plan";
import { printPlan } from "../../compile/print";
import { randomStep, type RandomStep } from "../../compile/random-graphs";
import type { TypedArray } from "../../ir/tensor";
import type { Value } from "../../ir/value";
import type { Tape } from "../../tape/tape";
import type { Backend } from "../backend";
import { referenceBackend } from "../reference";
import { wasmBackend } from "./index";

const count = process.env["CHAINRULE_FULL"] ? 300 : 40;

function gradients(tape: Tape, loss: Value): ReadonlyMap<Value, Value> {
  const found = backward(tape, loss, null);
  const pairs = found.leaves.map((leaf) => [leaf, found.of(leaf)] as const);
  return new Map(pairs.flatMap(([leaf, gradient]) => (gradient ? [[leaf, gradient] as const] : [])));
}

async function run(backend: Backend, step: RandomStep, plan: Plan, steps: number): Promise<readonly TypedArray[]> {
  const device = await backend.open({ memoryBudgetBytes: 1e9 });
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

test.each(["float32", "float64"] as const)("wasm equals the reference in %s", async (float) => {
  const limit = float === "float64" ? 1e-11 : 1e-4;
  for (let seed = 0; seed < count; seed++) {
    const step = randomStep(seed, { float, ops: 4 + (seed % 30), gradients });
    for (const fuse of [true, false]) {
      const plan = compile(step.request, { fuse });
      const gap = distance(await run(wasmBackend, step, plan, 2), await run(referenceBackend, step, plan, 2));
      if (!(gap < limit)) console.log(printPlan(plan));
      expect(gap, `seed ${seed}, ${fuse ? "fused" : "unfused"}`).toBeLessThan(limit);
    }
  }
});

test("a corrupted kernel is noticed", async () => {
  const step = randomStep(1, { float: "float32", ops: 12 });
  const plan = compile(step.request);
  const text = JSON.stringify(plan.kernels).replace('"fn":"sub"', '"fn":"add"');
  const wrong: Plan = { ...plan, kernels: JSON.parse(text) as Plan["kernels"], key: "wrong" };
  expect(distance(await run(wasmBackend, step, wrong, 1), await run(referenceBackend, step, plan, 1))).toBeGreaterThan(
    1e-4,
  );
});
