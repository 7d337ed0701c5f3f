/** @file An open WebGPU device: slots in the arena, loaded plans, steps, and what happens when it dies. */
import type { Plan, PlanBuffer } from "../../compile/plan";
import type { DType } from "../../ir/dtype";
import type { TypedArray } from "../../ir/tensor";
import type { SlotId } from "../../ir/value";
import { DeviceError, type Device, type DeviceOptions, type LoadedPlan, type RunReport } from "../backend";
import { requireInt64Range } from "../int64-range";
import { Arena, bufferUsage, mapModeRead, type Block } from "./arena";
import { emitPlan } from "./emit";
import { WebgpuPlan, type Placement } from "./loaded-plan";
import type { KernelStyle } from "./kernel-style";
import { Pipelines } from "./pipelines";
import { emitRing } from "./record-ring";
import { makeStaging, ringWords, runSteps, type RingHalf } from "./run-steps";
import { wgslType } from "./scalar-text";
import { fromWords, toWords } from "./slot-data";

interface Slot {
  readonly dtype: DType;
  readonly count: number;
  readonly block: Block;
}

interface SharedData {
  readonly block: Block;
  users: number;
}

const ringSlots = ["webgpu ring 0", "webgpu ring 1"] as const;
/** Bytes read back at once. */
const readChunkBytes = 1 << 26;

export interface WebgpuDeviceOptions extends DeviceOptions {
  /** Milliseconds on any clock. */
  now(): number;
  readonly style: KernelStyle;
}

export class WebgpuDevice implements Device {
  readonly backend = "webgpu";
  readonly adapter: string;
  readonly lost: Promise<string>;
  readonly #device: GPUDevice;
  readonly #now: () => number;
  readonly #style: KernelStyle;
  readonly #arena: Arena;
  readonly #pipelines: Pipelines;
  readonly #slots = new Map<SlotId, Slot>();
  readonly #data = new Map<string, SharedData>();
  readonly #plans = new Map<string, WebgpuPlan>();
  readonly #halves: readonly [RingHalf, RingHalf];
  #scratch: Block = { offset: 0, bytes: 0 };
  #version = 0;
  #complaint: GPUError | null = null;
  #deathReason: string | null = null;
  #closed = false;
  #rejectOnDeath: (error: DeviceError) => void = () => {};
  readonly #death: Promise<never>;

  constructor(device: GPUDevice, adapter: string, options: WebgpuDeviceOptions) {
    this.#device = device;
    this.adapter = adapter;
    this.#now = () => options.now();
    this.#style = options.style;
    this.#death = new Promise<never>((_, reject) => {
      this.#rejectOnDeath = reject;
    });
    this.#death.catch(() => {});
    this.lost = new Promise((resolve) => {
      void device.lost.then((info) => {
        this.#deathReason = info.message || info.reason || "no reason given";
        this.#rejectOnDeath(this.#lostError());
        if (!this.#closed) resolve(this.#deathReason);
      });
    });
    device.addEventListener("uncapturederror", (event) => {
      this.#complaint ??= event.error;
    });
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    this.#arena = new Arena(device, {
      budgetBytes: options.memoryBudgetBytes,
      adapterBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize, 2 ** 32 - 256),
    });
    this.#pipelines = new Pipelines(device);
    const [first, second] = ringSlots.map((slot) => {
      this.allocate(slot, "int32", ringWords);
      return { block: this.#slot(slot).block, staging: makeStaging(device) };
    });
    if (!first || !second) throw new Error("Invariant: the ring has two halves");
    this.#halves = [first, second];
  }

  allocate(slot: SlotId, dtype: DType, count: number): void {
    this.#expectAlive();
    wgslType(dtype, `"${slot}"`);
    const known = this.#slots.get(slot);
    if (known && known.dtype === dtype && known.count === count) {
      this.#clear(known.block);
      return;
    }
    if (known) this.release(slot);
    this.#slots.set(slot, { dtype, count, block: this.#arena.take(count * 4, `"${slot}"`) });
    this.#version++;
  }

  has(slot: SlotId): boolean {
    return this.#slots.has(slot);
  }

  release(slot: SlotId): void {
    const known = this.#slots.get(slot);
    if (!known) return;
    this.#slots.delete(slot);
    this.#arena.give(known.block);
    this.#version++;
  }

  write(slot: SlotId, data: TypedArray): void {
    this.#expectAlive();
    const { dtype, count, block } = this.#slot(slot);
    if (data.length !== count) {
      throw new Error(`Invariant: "${slot}" has ${count} elements, was given ${data.length}`);
    }
    this.#upload(block, toWords(data, dtype, `"${slot}"`));
  }

  async read(slots: readonly SlotId[]): Promise<readonly TypedArray[]> {
    this.#expectAlive();
    const wanted = slots.map((slot) => this.#slot(slot));
    const result: TypedArray[] = [];
    while (result.length < wanted.length) {
      const chunk: Slot[] = [];
      let bytes = 0;
      for (const slot of wanted.slice(result.length)) {
        if (chunk.length > 0 && bytes + slot.block.bytes > readChunkBytes) break;
        chunk.push(slot);
        bytes += slot.block.bytes;
      }
      result.push(...(await this.#readBack(chunk, bytes)));
    }
    return result;
  }

  async load(plan: Plan, onKernel?: (done: number, total: number) => void): Promise<LoadedPlan> {
    this.#expectAlive();
    const known = this.#plans.get(plan.key);
    if (known) return known;
    requireInt64Range(plan, "webgpu");
    const emitted = emitPlan(plan, this.#style);
    const buffers: PlanBuffer[] = [...emitted.buffers];
    for (const buffer of buffers) this.#expectSlot(buffer);
    const rings = ringSlots.flatMap((slot) => {
      const block: PlanBuffer = { dtype: "int32", count: ringWords, place: { kind: "slot", slot } };
      return emitRing(plan.ring, buffers, buffers.push(block) - 1) ?? [];
    });
    const all = [...emitted.dispatches, ...rings];
    let done = 0;
    const compiling = all.map(async (dispatch) => {
      const pipeline = await this.#pipelines.get(dispatch);
      onKernel?.(++done, all.length);
      return { pipeline, dispatch };
    });
    const dispatches = await this.#settle(Promise.all(compiling));
    const data = this.#holdData(buffers);
    try {
      this.#growScratch(emitted.scratchBytes);
    } catch (error) {
      this.#dropData(data);
      throw error;
    }
    const loaded = new WebgpuPlan({ plan, buffers, scratchBytes: emitted.scratchBytes, dispatches, data });
    this.#plans.set(plan.key, loaded);
    return loaded;
  }

  unload(plan: LoadedPlan): void {
    const loaded = this.#plans.get(plan.plan.key);
    if (!loaded) return;
    this.#plans.delete(plan.plan.key);
    this.#dropData(loaded.data);
    loaded.destroy();
  }

  async run(
    schedule: readonly { readonly plan: LoadedPlan; readonly count: number }[],
    cancelled: () => boolean = () => false,
  ): Promise<RunReport> {
    this.#expectAlive();
    const steps = schedule.map(({ plan, count }) => {
      if (!(plan instanceof WebgpuPlan)) throw new Error("Invariant: a plan of another device");
      return { plan, count };
    });
    return runSteps(
      {
        device: this.#device,
        placement: this.#placement(),
        halves: this.#halves,
        now: this.#now,
        settle: (wait) => this.#settle(wait),
      },
      steps,
      cancelled,
    );
  }

  bytes(): number {
    let records = 0;
    for (const plan of this.#plans.values()) records += plan.recordBytes;
    return this.#arena.bytes + records;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const plan of this.#plans.values()) plan.destroy();
    for (const half of this.#halves) half.staging.destroy();
    this.#arena.destroy();
    this.#device.destroy();
  }

  #placement(): Placement {
    return {
      version: this.#version * 2 ** 20 + this.#arena.generation,
      arena: this.#arena,
      layout: this.#pipelines.bindGroupLayout,
      offsetOf: (buffer) => this.#offsetOf(buffer),
    };
  }

  #offsetOf(buffer: PlanBuffer): number {
    const { place } = buffer;
    if (place.kind === "scratch") return this.#scratch.offset + place.offset;
    if (place.kind === "slot") {
      this.#expectSlot(buffer);
      return this.#slot(place.slot).block.offset;
    }
    const data = this.#data.get(place.hash);
    if (!data) throw new Error("Invariant: constant data was not uploaded");
    return data.block.offset;
  }

  #slot(slot: SlotId): Slot {
    const known = this.#slots.get(slot);
    if (!known) throw new Error(`Invariant: there is no slot "${slot}"`);
    return known;
  }

  #expectSlot(buffer: PlanBuffer): void {
    if (buffer.place.kind !== "slot") return;
    const { dtype, count } = this.#slot(buffer.place.slot);
    if (dtype !== buffer.dtype || count !== buffer.count) {
      throw new Error(
        `Invariant: "${buffer.place.slot}" holds ${count} ${dtype}, the plan expects ${buffer.count} ${buffer.dtype}`,
      );
    }
  }

  #growScratch(bytes: number): void {
    if (bytes <= this.#scratch.bytes) return;
    const grown = this.#arena.take(bytes, "the scratch memory of a step");
    if (this.#scratch.bytes > 0) this.#arena.give(this.#scratch);
    this.#scratch = grown;
    this.#version++;
  }

  #holdData(buffers: readonly PlanBuffer[]): { hash: string; block: Block }[] {
    const held: { hash: string; block: Block }[] = [];
    try {
      for (const { place, dtype, count } of buffers) {
        if (place.kind !== "data" || held.some(({ hash }) => hash === place.hash)) continue;
        let shared = this.#data.get(place.hash);
        if (!shared) {
          const words = toWords(place.data.data, dtype, "constant data");
          shared = { block: this.#arena.take(count * 4, "constant data"), users: 0 };
          this.#data.set(place.hash, shared);
          this.#upload(shared.block, words);
          this.#version++;
        }
        shared.users++;
        held.push({ hash: place.hash, block: shared.block });
      }
    } catch (error) {
      this.#dropData(held);
      throw error;
    }
    return held;
  }

  #dropData(held: readonly { readonly hash: string }[]): void {
    for (const { hash } of held) {
      const shared = this.#data.get(hash);
      if (!shared || --shared.users > 0) continue;
      this.#data.delete(hash);
      this.#arena.give(shared.block);
    }
  }

  #clear(block: Block): void {
    if (block.bytes === 0) return;
    const encoder = this.#device.createCommandEncoder();
    encoder.clearBuffer(this.#arena.buffer, block.offset, block.bytes);
    this.#device.queue.submit([encoder.finish()]);
  }

  #upload(block: Block, words: Float32Array | Int32Array | Uint32Array): void {
    if (words.length === 0) return;
    const { buffer, byteOffset, byteLength } = words;
    this.#device.queue.writeBuffer(this.#arena.buffer, block.offset, buffer, byteOffset, byteLength);
  }

  async #readBack(slots: readonly Slot[], bytes: number): Promise<TypedArray[]> {
    if (bytes === 0) return slots.map(({ dtype }) => fromWords(new ArrayBuffer(0), dtype));
    const usage = bufferUsage.MAP_READ | bufferUsage.COPY_DST;
    const staging = this.#device.createBuffer({ label: "read", size: bytes, usage });
    const encoder = this.#device.createCommandEncoder();
    let at = 0;
    for (const { block } of slots) {
      if (block.bytes > 0) encoder.copyBufferToBuffer(this.#arena.buffer, block.offset, staging, at, block.bytes);
      at += block.bytes;
    }
    this.#device.queue.submit([encoder.finish()]);
    try {
      await this.#settle(staging.mapAsync(mapModeRead));
      const mapped = staging.getMappedRange();
      let from = 0;
      return slots.map(({ dtype, block }) => {
        const words = mapped.slice(from, from + block.bytes);
        from += block.bytes;
        return fromWords(words, dtype);
      });
    } finally {
      staging.destroy();
    }
  }

  /** Waits for the GPU: death and complaints that came meanwhile become DeviceErrors. */
  async #settle<T>(wait: Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await Promise.race([wait, this.#death]);
    } catch (error) {
      if (error instanceof DeviceError) throw error;
      this.#throwComplaint();
      this.#deathReason ??= error instanceof Error ? error.message : String(error);
      throw this.#lostError();
    }
    this.#throwComplaint();
    return result;
  }

  #throwComplaint(): void {
    const complaint = this.#complaint;
    if (!complaint) return;
    this.#complaint = null;
    const outOfMemory = complaint.constructor.name === "GPUOutOfMemoryError";
    throw new DeviceError(
      outOfMemory ? "memory" : "unsupported",
      outOfMemory
        ? `webgpu: the GPU is out of memory with ${this.bytes()} bytes in use. Close other programs, make the model smaller, or run it on wasm.`
        : `webgpu: the GPU refused a command: ${complaint.message} Run it on wasm, and report this.`,
    );
  }

  #lostError(): DeviceError {
    return new DeviceError(
      "lost",
      `webgpu: the GPU was lost (${this.#deathReason ?? "no reason given"}). Training goes on from the last checkpoint; choose wasm if it happens again.`,
    );
  }

  #expectAlive(): void {
    if (this.#closed) throw new DeviceError("lost", "webgpu: the device is closed. Open it again.");
    if (this.#deathReason !== null) throw this.#lostError();
  }
}
