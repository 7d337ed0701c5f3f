/** @file Compute pipelines, compiled in parallel and kept by their WGSL text. */
import { DeviceError } from "../backend";
import type { Dispatch } from "./kernel-text";

const mostKept = 2048;

/** All pipelines share one layout: binding 0 is the arena, binding 1 the dispatch's record at a dynamic offset. */
export class Pipelines {
  readonly bindGroupLayout: GPUBindGroupLayout;
  readonly #device: GPUDevice;
  readonly #layout: GPUPipelineLayout;
  readonly #kept = new Map<string, Promise<GPUComputePipeline>>();

  constructor(device: GPUDevice) {
    this.#device = device;
    const visibility = 4; // GPUShaderStage.COMPUTE
    this.bindGroupLayout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility, buffer: { type: "storage" } },
        { binding: 1, visibility, buffer: { type: "uniform", hasDynamicOffset: true } },
      ],
    });
    this.#layout = device.createPipelineLayout({ bindGroupLayouts: [this.bindGroupLayout] });
  }

  /** How many distinct kernels are compiled. */
  get count(): number {
    return this.#kept.size;
  }

  /** Rejects with DeviceError "unsupported" and the compiler's message when the text is refused. */
  get(dispatch: Dispatch): Promise<GPUComputePipeline> {
    const known = this.#kept.get(dispatch.wgsl);
    if (known) return known;
    const made = this.#compile(dispatch);
    this.#kept.set(dispatch.wgsl, made);
    made.catch(() => this.#kept.delete(dispatch.wgsl));
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > mostKept && !oldest.done) this.#kept.delete(oldest.value);
    return made;
  }

  async #compile(dispatch: Dispatch): Promise<GPUComputePipeline> {
    this.#device.pushErrorScope("validation");
    const module = this.#device.createShaderModule({ label: dispatch.label, code: dispatch.wgsl });
    const scope = this.#device.popErrorScope();
    const pipeline = this.#device.createComputePipelineAsync({
      label: dispatch.label,
      layout: this.#layout,
      compute: { module, entryPoint: "main" },
    });
    const [refused, made] = await Promise.allSettled([scope, pipeline]);
    if (made.status === "fulfilled" && refused.status === "fulfilled" && refused.value === null) return made.value;
    const reason =
      refused.status === "fulfilled" && refused.value
        ? refused.value.message
        : made.status === "rejected"
          ? String(made.reason)
          : "no reason given";
    throw new DeviceError(
      "unsupported",
      `webgpu: the kernel of ${dispatch.label || "a step"} was refused by the GPU's compiler: ${reason.trim()} Run it on wasm, and report this.`,
    );
  }
}
