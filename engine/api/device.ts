/** @file Which backends there are, and which one "auto" opens: the first that works. */
import { DeviceError, type Backend, type BackendName, type Device } from "../backends/backend";
import { referenceBackend } from "../backends/reference";
import { wasmBackend } from "../backends/wasm";
import { createWebgpuBackend } from "../backends/webgpu/backend";

export type DeviceName = "auto" | BackendName;

/** Above this a device refuses to allocate. */
const memoryBudgetBytes = 8 * 2 ** 30;

const browserGpu = createWebgpuBackend({
  gpu: () => Promise.resolve(globalThis.navigator?.gpu ?? null),
  now: () => performance.now(),
});

/** In the order that "auto" tries them. */
let backends: readonly Backend[] = [browserGpu, wasmBackend, referenceBackend];

/** Replaces the backends, such as with Node's WebGPU; the first that works is "auto". */
export function useBackends(list: readonly Backend[]): void {
  backends = list;
}

/** Opens a device; rejects with DeviceError, which says why. */
export async function openDevice(name: DeviceName): Promise<Device> {
  const reasons: string[] = [];
  for (const backend of backends) {
    if (name !== "auto" && backend.name !== name) continue;
    const status = await backend.status();
    if (status.ok) return backend.open({ memoryBudgetBytes });
    reasons.push(status.why);
  }
  const known = backends.map((backend) => backend.name).join(", ");
  throw new DeviceError(
    "unavailable",
    reasons[0] ?? `device: found "${name}", expected auto or one of ${known}. Choose one of these.`,
  );
}
