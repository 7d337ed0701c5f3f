/** @file The WebGPU backend: finds an adapter of the GPU object it is handed and opens devices on it. */
import { DeviceError, type Backend, type BackendStatus, type Device, type DeviceOptions } from "../backend";
import { styleFor, type KernelStyle } from "./kernel-style";
import { WebgpuDevice } from "./device";

export interface WebgpuHost {
  /** The standard entry to WebGPU (navigator.gpu), null where there is none; rejects with a sentence that says why. */
  gpu(): Promise<GPU | null>;
  /** What to do where there is a GPU object and no adapter. */
  noAdapter?(): string;
  /** A monotonic clock in milliseconds, such as performance.now. */
  now(): number;
  /** What kernels are shaped for, where the adapter shall not decide. */
  readonly style?: KernelStyle;
}

type Found = { readonly gpu: GPU; readonly adapter: GPUAdapter } | { readonly why: string };

function adapterName(info: GPUAdapterInfo): string {
  const parts = [info.description, info.device, info.architecture, info.vendor].filter((part) => part !== "");
  return parts[0] ?? "unknown GPU";
}

async function find(host: WebgpuHost): Promise<Found> {
  let gpu: GPU | null;
  try {
    gpu = await host.gpu();
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
  if (!gpu) return { why: "webgpu: there is no WebGPU here. Use a browser that has it, or run on wasm." };
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (adapter) return { gpu, adapter };
  return {
    why:
      host.noAdapter?.() ??
      "webgpu: no GPU answered. Update its driver or allow WebGPU in the browser, or run on wasm.",
  };
}

/** A backend over a host's GPU object; it touches nothing global and opens nothing until asked. */
export function createWebgpuBackend(host: WebgpuHost): Backend {
  return {
    name: "webgpu",
    dtypes: ["bool", "int32", "int64", "float32"],
    async status(): Promise<BackendStatus> {
      const found = await find(host);
      return "why" in found ? { ok: false, why: found.why } : { ok: true, adapter: adapterName(found.adapter.info) };
    },
    async open(options: DeviceOptions): Promise<Device> {
      const found = await find(host);
      if ("why" in found) throw new DeviceError("unavailable", found.why);
      const { adapter } = found;
      const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
      let device: GPUDevice;
      try {
        device = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new DeviceError("unavailable", `webgpu: the GPU would not open (${reason}). Restart, or run on wasm.`);
      }
      return new WebgpuDevice(device, adapterName(adapter.info), {
        ...options,
        now: () => host.now(),
        style: host.style ?? styleFor(adapter.info),
      });
    },
  };
}
