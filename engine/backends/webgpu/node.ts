/** @file The Node host of the WebGPU backend: Dawn from npm `webgpu`, with SwiftShader where no GPU driver is installed. */
import { existsSync, readdirSync } from "node:fs";
import process from "node:process";
import type { Backend } from "../backend";
import { createWebgpuBackend, type WebgpuHost } from "./backend";

const swiftShaderManifests = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/usr/lib/chromium-browser/vk_swiftshader_icd.json",
  "/opt/google/chrome/vk_swiftshader_icd.json",
];
const driverFolders = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"];
const loaderFolders = ["/usr/lib", "/usr/lib64", "/lib", `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`]; // prettier-ignore

function hasDriver(): boolean {
  return driverFolders.some((folder) => existsSync(folder) && readdirSync(folder).some((f) => f.endsWith(".json")));
}

/**
 * Lets Vulkan's loader find Chromium's SwiftShader where no driver is installed and nothing is chosen. It must run on
 * the main thread: what a worker writes to its environment does not reach the process's.
 */
export function chooseVulkanDriver(): void {
  if (process.platform !== "linux" || process.env["VK_ICD_FILENAMES"] || process.env["VK_DRIVER_FILES"]) return;
  const manifest = swiftShaderManifests.find((path) => existsSync(path));
  if (manifest && !hasDriver()) process.env["VK_ICD_FILENAMES"] = manifest;
}

function whyNoAdapter(): string {
  if (process.platform !== "linux") return "webgpu: no GPU answered. Update its driver, or run on wasm.";
  if (!loaderFolders.some((folder) => existsSync(`${folder}/libvulkan.so.1`))) {
    return "webgpu: the Vulkan loader is missing. Install it (apt-get install libvulkan1), or run on wasm.";
  }
  if (!hasDriver() && !process.env["VK_ICD_FILENAMES"] && !process.env["VK_DRIVER_FILES"]) {
    return "webgpu: no Vulkan driver is installed. Install the GPU's, or chromium for a software one, or run on wasm.";
  }
  return "webgpu: no GPU answered that WebGPU accepts. Update its Vulkan driver, or run on wasm.";
}

/** Set once: Dawn's objects live as long as the GPU object that made them. */
let instance: Promise<GPU> | null = null;

async function loadDawn(): Promise<GPU> {
  chooseVulkanDriver();
  let dawn: typeof import("webgpu");
  try {
    dawn = await import("webgpu");
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new Error(`webgpu: the npm package webgpu cannot be loaded (${reason}). Run npm install, or run on wasm.`, {
      cause: error,
    });
  }
  return dawn.create([]);
}

/** The backend over Dawn. */
export function createNodeWebgpuBackend(options: Pick<WebgpuHost, "style"> = {}): Backend {
  return createWebgpuBackend({
    ...options,
    gpu: () => (instance ??= loadDawn()),
    noAdapter: whyNoAdapter,
    now: () => performance.now(),
  });
}
