/** @file The wasm backend: generated WebAssembly SIMD on one thread of the CPU. */
import { DeviceError, type Backend, type BackendStatus } from "../backend";
import { WasmDevice } from "./device";
import { FunctionBuilder } from "./function-builder";
import { ModuleBuilder } from "./module-builder";

/** Whether the host compiles a module with SIMD in it. */
function supportsSimd(): boolean {
  const f = new FunctionBuilder();
  f.v128([0, 0, 0, 0]).op("drop");
  const module = new ModuleBuilder();
  module.add(f);
  return WebAssembly.validate(module.finish());
}

function check(): BackendStatus {
  if (typeof WebAssembly !== "object") {
    return { ok: false, why: "There is no WebAssembly here. Use a current browser or Node 20, or another device." };
  }
  if (!supportsSimd()) {
    return { ok: false, why: "WebAssembly here has no SIMD. Use a current browser or Node 20, or another device." };
  }
  return { ok: true, adapter: "CPU, WebAssembly SIMD, one thread" };
}

/** int64 is held in 32 bits; float64 is computed one element at a time. */
export const wasmBackend: Backend = {
  name: "wasm",
  dtypes: ["bool", "int32", "int64", "float32", "float64"],
  status: () => Promise.resolve(check()),
  open: (options) =>
    Promise.resolve().then(() => {
      const status = check();
      if (!status.ok) throw new DeviceError("unavailable", `wasm: ${status.why}`);
      return new WasmDevice(status.adapter, options.memoryBudgetBytes);
    }),
};
