/** @file The device that tests of this room run on: Dawn, with SwiftShader where there is no GPU. */
import type { Plan } from "../../compile/plan";
import type { TypedArray } from "../../ir/tensor";
import type { Backend, Device } from "../backend";
import type { KernelStyle } from "./kernel-style";
import { createNodeWebgpuBackend } from "./node";

const backend = createNodeWebgpuBackend();
const status = await backend.status();

/** Why tests that need a GPU are skipped; null where there is one. */
export const whyNoGpu = status.ok ? null : status.why;

/** The backend; its kernels are shaped for the adapter unless a style is given. */
export function nodeBackend(style?: KernelStyle): Backend {
  return style ? createNodeWebgpuBackend({ style }) : backend;
}

export function openDevice(memoryBudgetBytes = 1 << 28, style?: KernelStyle): Promise<Device> {
  return nodeBackend(style).open({ memoryBudgetBytes });
}

/** Makes a plan's slots, fills those given, runs it, and reads the named ones. */
export async function runPlan(
  device: Device,
  plan: Plan,
  given: Readonly<Record<string, ArrayLike<number>>>,
  wanted: readonly string[],
  count = 1,
): Promise<readonly TypedArray[]> {
  for (const { place, dtype, count: elements } of plan.buffers) {
    if (place.kind !== "slot") continue;
    device.allocate(place.slot, dtype, elements);
    const values = given[place.slot];
    if (!values) continue;
    if (dtype === "float32") device.write(place.slot, Float32Array.from(values));
    else if (dtype === "int32") device.write(place.slot, Int32Array.from(values));
    else if (dtype === "bool") device.write(place.slot, Uint8Array.from(values));
    else device.write(place.slot, Float64Array.from(values));
  }
  const loaded = await device.load(plan);
  await device.run([{ plan: loaded, count }]);
  const result = await device.read(wanted);
  device.unload(loaded);
  return result;
}
