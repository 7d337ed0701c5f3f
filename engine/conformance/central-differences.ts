/** @file Central differences: what a gradient must be, worked out from values alone. */
import type { Device } from "../backends/backend";
import type { TypedArray } from "../ir/tensor";
import type { SlotId } from "../ir/value";
import { runStep, type Runnable } from "./run-step";

/** (f(x + h) − f(x − h)) / 2h for every element x of a slot, where f makes one number of what the step wrote. */
export async function centralDifferences(
  device: Device,
  runnable: Runnable,
  slot: SlotId,
  f: (outputs: ReadonlyMap<SlotId, TypedArray>) => number,
): Promise<Float64Array> {
  const input = runnable.inputs.get(slot);
  const start = Float64Array.from(input?.data ?? []);
  const result = new Float64Array(start.length);
  const at = async (values: Float64Array) => f(await runStep(device, runnable, new Map([[slot, values]])));
  for (let i = 0; i < start.length; i++) {
    const x = start[i] ?? 0;
    const h = 6e-6 * Math.max(1, Math.abs(x));
    const above = Float64Array.from(start);
    const below = Float64Array.from(start);
    above[i] = x + h;
    below[i] = x - h;
    result[i] = ((await at(above)) - (await at(below))) / ((above[i] ?? 0) - (below[i] ?? 0));
  }
  return result;
}
