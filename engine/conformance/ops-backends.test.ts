/**
 * @file Generated: every op on every backend against the oracle, forward and backward. `npm test` runs the first samples of
 * each op; CHAINRULE_FULL=1 runs all, unfused too.
 */
import process from "node:process";
import { afterAll, describe, expect, it } from "vitest";
import type { Backend } from "../backends/backend";
import { referenceBackend } from "../backends/reference";
import { wasmBackend } from "../backends/wasm";
import { createNodeWebgpuBackend } from "../backends/webgpu/node";
import type { AnyOp, Sample } from "../ir/op";
import { Refusal } from "../ir/refusal";
import { ops } from "../ops";
import { difference } from "./compare";
import { opStep, type OpStep } from "./op-step";
import { runStep } from "./run-step";

const full = process.env["CHAINRULE_FULL"] === "1";
const tolerance = { relative: 3e-6, absolute: 3e-7 };
const options = { memoryBudgetBytes: 1e9 };
const oracle = await referenceBackend.open(options);

/** The step, or null where the op refuses to be drawn each step: then it is the host's alone. */
function stepOf(op: AnyOp, sample: Sample, fuse: boolean): OpStep | null {
  try {
    return opStep(op, sample, { float: "float32", order: 1, compile: { fuse } });
  } catch (error) {
    if (error instanceof Refusal && error.code === "random.drawnOnce") return null;
    throw error;
  }
}

function usesOnly(step: OpStep, backend: Backend): boolean {
  return step.plan.buffers.every(({ dtype }) => backend.dtypes.includes(dtype));
}

for (const backend of [wasmBackend, createNodeWebgpuBackend()]) {
  const status = await backend.status();
  if (!status.ok) {
    it.skip(`${backend.name} agrees with the oracle (skipped: ${status.why})`, () => undefined);
    continue;
  }
  const device = await backend.open(options);
  afterAll(() => device.close());
  describe(`${backend.name} agrees with the oracle`, () => {
    for (const [name, op] of ops) {
      const samples = full ? op.rules.samples : op.rules.samples.slice(0, 3);
      it(name, async () => {
        for (const [index, sample] of samples.entries()) {
          for (const fuse of full ? [true, false] : [true]) {
            const step = stepOf(op, sample, fuse);
            if (!step || !usesOnly(step, backend)) continue;
            const expected = await runStep(oracle, step);
            const found = await runStep(device, step);
            for (const [slot, values] of expected) {
              const fault = difference(found.get(slot) ?? [], Array.from(values), tolerance);
              expect(fault, `sample ${index}, ${slot}, fused: ${fuse}`).toBeNull();
            }
          }
        }
      });
    }
  });
}
