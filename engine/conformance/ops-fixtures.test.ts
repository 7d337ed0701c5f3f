/** @file Generated: every op × sample with PyTorch, forward and backward, on the reference backend. */
import { describe, expect, it } from "vitest";
import { referenceBackend } from "../backends/reference";
import type { AnyOp } from "../ir/op";
import { ops } from "../ops";
import { createTorchGenerator } from "../random/torch-generator";
import { torchCases, type TorchCase } from "./cases";
import { difference } from "./compare";
import { gradSlot, opStep, outSlot, sampleContext } from "./op-step";
import { runStep } from "./run-step";
import { torchFixture } from "./torch-fixtures";

const tolerance = { relative: 2e-6, absolute: 1e-7 };
const device = await referenceBackend.open({ memoryBudgetBytes: 1e9 });
const cases = new Map(torchCases().map((one) => [one.key, one]));

async function compareWithTorch(op: AnyOp, index: number, torchCase: TorchCase): Promise<void> {
  const sample = op.rules.samples[index];
  if (!sample) throw new Error("no such sample");
  const fixture = torchFixture(torchCase);
  const { dtype, shape } = sampleContext(op, sample).out;
  expect({ dtype, shape }).toEqual({ dtype: fixture.dtype, shape: fixture.shape });
  // What is drawn is compared with the host's stream below.
  if (op.rules.compute.kind === "random") return;
  const step = opStep(op, sample, { float: "float32", order: 1 });
  expect(step.outputs.get(outSlot)).toMatchObject({ dtype, shape });
  const found = await runStep(device, step);
  expect(difference(found.get(outSlot) ?? [], fixture.data ?? [], tolerance), "forward").toBeNull();
  for (const { name } of step.tracked) {
    const grads = fixture.grads?.[name] ?? null;
    const ours = found.get(gradSlot(name)) ?? null;
    expect(ours === null, `whether a gradient reaches ${name}`).toBe(grads === null);
    if (ours && grads) expect(difference(ours, grads, tolerance), `gradient of ${name}`).toBeNull();
  }
}

for (const [name, op] of ops) {
  describe(name, () => {
    const { torch, samples, compute } = op.rules;
    if ("notInTorch" in torch) it.skip(`has no PyTorch fixture: ${torch.notInTorch}`, () => undefined);
    samples.forEach((_, index) => {
      const torchCase = cases.get(`${name}[${index}]`);
      if (torchCase) it(`${torchCase.python} as PyTorch`, () => compareWithTorch(op, index, torchCase));
      else if (!("notInTorch" in torch)) it(`has a case in PyTorch for sample ${index}`, () => expect.unreachable());
    });

    const named = samples.flatMap((sample, index) => {
      const torchCase = cases.get(`${name}[${index}]`);
      // A leaf is named nothing by either, and what is drawn has no gradient.
      return torchCase && compute.kind !== "random" ? [{ sample, torchCase }] : [];
    });
    if (named.length > 0) {
      it("has PyTorch's name of the gradient function, in every use", () => {
        for (const { sample, torchCase } of named) {
          const { gradFn, grads = {} } = torchFixture(torchCase);
          // PyTorch has a node for a 0-norm too, which gives no gradient; ours has none.
          if (gradFn && Object.values(grads).every((grad) => grad === null)) continue;
          expect(opStep(op, sample, { float: "float32", order: 0 }).gradFn, torchCase.python).toBe(gradFn ?? null);
        }
      });
    }

    if (compute.kind !== "random") return;
    samples.forEach((sample, index) => {
      const torchCase = cases.get(`${name}[${index}]`);
      if (!torchCase) return;
      it(`${torchCase.python} draws PyTorch's numbers`, () => {
        const context = sampleContext(op, sample);
        const found = compute.host(createTorchGenerator(torchCase.seed), context);
        const double = context.out.dtype === "float64";
        const printed = (torchFixture(torchCase).data ?? []).map(Number);
        const expected = double ? printed : printed.map(Math.fround);
        const limit = { relative: 0, absolute: name.startsWith("randn") ? (double ? 1e-15 : 2e-6) : 0 };
        expect(difference(found, expected, limit)).toBeNull();
      });
    });
  });
}
