/** @file Wasm computes what the reference backend computes, on seeded random steps, forward and backward, fused and unfused. */
import { expect, test } from "vitest";
import { compile } from "../../compile/compile";
import type { Plan } from "../../compile/plan";
import { printPlan } from "../../compile/print";
import { randomStep } from "../../compile/random-graphs";
import { distance, gradients, runStep } from "../random-step-fixture";
import { referenceBackend } from "../reference";
import { wasmBackend } from "./index";

const count = process.env["CHAINRULE_FULL"] ? 300 : 40;

test.each(["float32", "float64"] as const)("wasm equals the reference in %s", async (float) => {
  const limit = float === "float64" ? 1e-11 : 1e-4;
  for (let seed = 0; seed < count; seed++) {
    const step = randomStep(seed, { float, ops: 4 + (seed % 30), gradients });
    for (const fuse of [true, false]) {
      const plan = compile(step.request, { fuse });
      const gap = distance(await runStep(wasmBackend, step, plan, 2), await runStep(referenceBackend, step, plan, 2));
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
  expect(
    distance(await runStep(wasmBackend, step, wrong, 1), await runStep(referenceBackend, step, plan, 1)),
  ).toBeGreaterThan(1e-4);
});
