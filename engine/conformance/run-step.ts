/** @file Runs a compiled step on a device: slots in, slots out. */
import type { Device } from "../backends/backend";
import type { Plan } from "../compile/plan";
import { elementCount } from "../ir/shape";
import type { TensorData, TensorType, TypedArray } from "../ir/tensor";
import type { SlotId } from "../ir/value";

/** A plan with what its slots hold before, and what they are after. */
export interface Runnable {
  readonly plan: Plan;
  readonly inputs: ReadonlyMap<SlotId, TensorData>;
  readonly outputs: ReadonlyMap<SlotId, TensorType>;
}

/** Runs the step once and returns what it wrote; `inputs` override what the runnable begins with. */
export async function runStep(
  device: Device,
  { plan, inputs, outputs }: Runnable,
  overrides: ReadonlyMap<SlotId, TypedArray> = new Map(),
): Promise<ReadonlyMap<SlotId, TypedArray>> {
  for (const [slot, { dtype, data }] of inputs) {
    device.allocate(slot, dtype, data.length);
    device.write(slot, overrides.get(slot) ?? data);
  }
  for (const [slot, { dtype, shape }] of outputs) {
    if (!inputs.has(slot)) device.allocate(slot, dtype, elementCount(shape));
  }
  const loaded = await device.load(plan);
  await device.run([{ plan: loaded, count: 1 }]);
  device.unload(loaded);
  const slots = [...outputs.keys()];
  const arrays = await device.read(slots);
  return new Map(slots.map((slot, i) => [slot, arrays[i] ?? new Float64Array()] as const));
}
