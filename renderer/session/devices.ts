/** @file What devices are called on the screen. */
import type { DeviceChoice } from "@chainrule/engine/analysis";

export const deviceChoices: Readonly<Record<DeviceChoice, string>> = {
  auto: "Auto",
  webgpu: "WebGPU",
  wasm: "WebAssembly",
  reference: "Reference",
};
