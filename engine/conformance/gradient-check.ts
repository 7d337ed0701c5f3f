/** @file Checks the gradients of one op × sample, first and second order, against central differences in float64. */
import type { Device } from "../backends/backend";
import type { AnyOp, Sample } from "../ir/op";
import type { TypedArray } from "../ir/tensor";
import type { SlotId } from "../ir/value";
import { cotangentAt } from "./cases";
import { centralDifferences } from "./central-differences";
import { difference } from "./compare";
import { gradSlot, opStep, outSlot, secondSlot, type OpStep } from "./op-step";
import { runStep, type Runnable } from "./run-step";

const tolerance = { relative: 2e-7, absolute: 2e-7 };

function weighted(values: TypedArray | undefined, shift: number): number {
  let total = 0;
  values?.forEach((value, i) => (total += value * cotangentAt(i + shift)));
  return total;
}

/** Σ weight · element over the gradients that depend on the inputs, as opStep contracts them for second order. */
function contracted(step: OpStep, outputs: ReadonlyMap<SlotId, TypedArray>): number {
  let total = 0;
  step.differentiable.forEach((name, i) => (total += weighted(outputs.get(gradSlot(name)), i + 1)));
  return total;
}

/** What is wrong with the gradients: sentences, none when they are the derivatives. */
export async function gradientFaults(device: Device, op: AnyOp, sample: Sample): Promise<readonly string[]> {
  const first = opStep(op, sample, { float: "float64", order: 1 });
  const second = opStep(op, sample, { float: "float64", order: 2 });
  if (!first.outputs.has(gradSlot(first.tracked[0]?.name ?? ""))) {
    const anyGradient = first.tracked.some(({ name }) => first.outputs.has(gradSlot(name)));
    if (!anyGradient) return [];
  }
  const found = await runStep(device, second);
  const forward: Runnable = opStep(op, sample, { float: "float64", order: 0 });
  const faults: string[] = [];
  for (const { name, slot } of second.tracked) {
    const zeros = new Float64Array(second.inputs.get(slot)?.data.length ?? 0);
    if (second.outputs.has(gradSlot(name))) {
      const numeric = await centralDifferences(device, forward, slot, (out) => weighted(out.get(outSlot), 0));
      const fault = difference(found.get(gradSlot(name)) ?? zeros, numeric, tolerance);
      if (fault) faults.push(`gradient of ${name}: ${fault}`);
    }
    const numeric = await centralDifferences(device, first, slot, (out) => contracted(second, out));
    const fault = difference(found.get(secondSlot(name)) ?? zeros, numeric, tolerance);
    if (fault) faults.push(`second derivative by ${name}: ${fault}`);
  }
  return faults;
}
