/** @file A plan on the device: its pipelines, the constants it holds, and the records that tell each dispatch its places. */
import type { Plan, PlanBuffer } from "../../compile/plan";
import type { DType } from "../../ir/dtype";
import type { LoadedPlan } from "../backend";
import type { Arena, Block } from "./arena";
import { bufferUsage } from "./arena";
import { alignUp } from "./free-list";
import { recordWords, type Dispatch } from "./kernel-text";

export interface BoundDispatch {
  readonly pipeline: GPUComputePipeline;
  readonly dispatch: Dispatch;
}

/** Where buffers lie just now. */
export interface Placement {
  /** Raised whenever anything lies elsewhere than before. */
  readonly version: number;
  readonly arena: Arena;
  readonly layout: GPUBindGroupLayout;
  /** Byte offset of a buffer in the arena. */
  offsetOf(buffer: PlanBuffer): number;
}

/** Everything a run needs to encode steps of one plan. */
export class WebgpuPlan implements LoadedPlan {
  readonly plan: Plan;
  readonly buffers: readonly PlanBuffer[];
  readonly scratchBytes: number;
  readonly dispatches: readonly BoundDispatch[];
  readonly ringDTypes: readonly DType[];
  readonly data: readonly { readonly hash: string; readonly block: Block }[];
  /** Measured time of a step; null until it has run. */
  stepMs: number | null = null;
  #records: GPUBuffer | null = null;
  #bindGroup: GPUBindGroup | null = null;
  #version = -1;
  readonly #stride: number;

  constructor(options: {
    readonly plan: Plan;
    readonly buffers: readonly PlanBuffer[];
    readonly scratchBytes: number;
    readonly dispatches: readonly BoundDispatch[];
    readonly data: WebgpuPlan["data"];
  }) {
    this.plan = options.plan;
    this.buffers = options.buffers;
    this.scratchBytes = options.scratchBytes;
    this.dispatches = options.dispatches;
    this.data = options.data;
    this.ringDTypes = options.plan.ring.map((buffer) => options.buffers[buffer]?.dtype ?? "float32");
    const words = this.dispatches.map(({ dispatch }) => recordWords(dispatch.buffers.length));
    this.#stride = alignUp(Math.max(4, ...words) * 4, 256);
  }

  /** Byte offset of a dispatch's record. */
  recordOffset(index: number): number {
    return index * this.#stride;
  }

  /** Bytes of the records, which lie outside the arena. */
  get recordBytes(): number {
    return Math.max(this.dispatches.length, 1) * this.#stride;
  }

  /** The bind group for the present placement; rewrites the records when something has moved. */
  bind(device: GPUDevice, placement: Placement): GPUBindGroup {
    if (this.#bindGroup && this.#version === placement.version) return this.#bindGroup;
    this.#records ??= device.createBuffer({
      label: "records",
      size: this.recordBytes,
      usage: bufferUsage.UNIFORM | bufferUsage.COPY_DST,
    });
    const words = new Uint32Array(this.recordBytes / 4);
    this.dispatches.forEach(({ dispatch }, i) => {
      dispatch.buffers.forEach((index, position) => {
        const buffer = this.buffers[index];
        if (!buffer) throw new Error(`Invariant: buffer ${index} of ${this.buffers.length}`);
        words[this.recordOffset(i) / 4 + 1 + position] = placement.offsetOf(buffer) / 4;
      });
    });
    device.queue.writeBuffer(this.#records, 0, words);
    this.#bindGroup = device.createBindGroup({
      layout: placement.layout,
      entries: [
        { binding: 0, resource: { buffer: placement.arena.buffer } },
        { binding: 1, resource: { buffer: this.#records, size: this.#stride } },
      ],
    });
    this.#version = placement.version;
    return this.#bindGroup;
  }

  destroy(): void {
    this.#records?.destroy();
    this.#records = null;
    this.#bindGroup = null;
  }
}
