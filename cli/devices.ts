/** @file Devices of this machine: which can run, which is chosen, and how it is opened. Backends load when asked for. */
import { totalmem } from "node:os";
import process from "node:process";
import { existsSync } from "node:fs";
import type { Backend, BackendName, BackendStatus, Device } from "../engine/backends/backend";
import type { DeviceChoice } from "../engine/document/document";
import { chooseBackend } from "../engine/session/choose-backend";
import { CommandFailure } from "./failure";

/** Best first. */
export const backendOrder: readonly BackendName[] = ["webgpu", "wasm", "reference"];

/** A backend by name; only this one's code is loaded. */
export async function loadBackend(name: BackendName): Promise<Backend> {
  switch (name) {
    case "webgpu":
      return (await import("../engine/backends/webgpu/node")).createNodeWebgpuBackend();
    case "wasm":
      return (await import("../engine/backends/wasm/index")).wasmBackend;
    case "reference":
      return (await import("../engine/backends/reference/index")).referenceBackend;
  }
}

/** False where it is known without asking that there is no GPU but a software one: asking Dawn takes long. */
function mayHaveGpu(): boolean {
  if (process.platform !== "linux") return true;
  return existsSync("/dev/dri") || existsSync("/dev/nvidia0") || existsSync("/dev/dxg");
}

export interface OpenDevice {
  readonly device: Device;
  readonly name: BackendName;
  readonly status: BackendStatus & { readonly ok: true };
  /** Half of the machine's memory. */
  readonly memoryBudgetBytes: number;
}

/** Opens the device asked for; `auto` takes the best that works. Fails with code 3 when it does not work here. */
export async function openDevice(choice: DeviceChoice, dtype: "float32" | "float64"): Promise<OpenDevice> {
  const candidates = backendOrder.filter((name) => choice === name || choice === "auto");
  const asked = candidates.filter((name) => choice !== "auto" || name !== "webgpu" || mayHaveGpu());
  const found = await chooseBackend(asked, loadBackend, choice, dtype);
  if (!found.ok) throw new CommandFailure(found.wrongUsage ? 2 : 3, "device.unavailable", found.why, choice);
  const memoryBudgetBytes = Math.floor(totalmem() / 2);
  const device = await found.backend.open({ memoryBudgetBytes });
  return { device, name: found.backend.name, status: found.status, memoryBudgetBytes };
}
