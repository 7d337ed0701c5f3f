/** @file Test support: runs one plan on wasm and on the reference backend with the same slots. */
import type { Plan } from "../../compile/plan";
import { tensorData, type TypedArray } from "../../ir/tensor";
import type { SlotId } from "../../ir/value";
import type { Backend } from "../backend";
import { distance } from "../random-step-fixture";
import { referenceBackend } from "../reference";
import { wasmBackend } from "./index";

/** Slot contents by slot id; slots not named start at zero. */
export type Given = Readonly<Record<string, ArrayLike<number>>>;

/** Runs `steps` steps of a plan on a fresh device; every slot's content after them, by id, and the ring. */
export async function runPlan(backend: Backend, plan: Plan, given: Given, steps = 1): Promise<Map<SlotId, TypedArray>> {
  const device = await backend.open({ memoryBudgetBytes: 1e9 });
  const slots: SlotId[] = [];
  for (const { place, dtype, count } of plan.buffers) {
    if (place.kind !== "slot" || slots.includes(place.slot)) continue;
    slots.push(place.slot);
    device.allocate(place.slot, dtype, count);
    const values = given[place.slot];
    if (values) device.write(place.slot, tensorData(dtype, [count], values).data);
  }
  const { ring } = await device.run([{ plan: await device.load(plan), count: steps }]);
  const contents = await device.read(slots);
  device.close();
  return new Map([...slots.map((id, i) => [id, contents[i] ?? new Float32Array()] as const), ["ring", ring]]);
}

/** The largest difference of wasm from the reference in any slot, relative to 1 or to the value where that is larger. */
export async function differenceFromReference(plan: Plan, given: Given, steps = 1): Promise<number> {
  const found = await runPlan(wasmBackend, plan, given, steps);
  const expected = await runPlan(referenceBackend, plan, given, steps);
  return distance([...found.values()], [...expected.values()]);
}

/** Reproducible numbers in [−2, 2) without a pattern that sums could profit from. */
export function noise(count: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 22 - 2;
  });
}
