/** @file The wasm device: slots in one memory, plans as modules with addresses baked in, steps run in short calls. */
import type { Plan } from "../../compile/plan";
import { storageBytes, type DType } from "../../ir/dtype";
import type { Pieces } from "../../ir/pieces";
import type { TypedArray } from "../../ir/tensor";
import type { SlotId } from "../../ir/value";
import type { Device, LoadedPlan, RunReport } from "../backend";
import { requireInt64Range } from "../int64-range";
import { packingBytes } from "./contract-kernel";
import { Heap } from "./heap";
import { copyIn, copyOut, requireWords } from "./host-arrays";
import type { PlacedBuffer } from "./nest-pointers";
import { emitPlan, planImports, type RunPlan } from "./plan-module";
import { now, StepPace, turnOfEventLoop } from "./step-clock";

/** Ring values that one call may leave behind. */
const ringCapacity = 8192;
/** Larger modules are compiled off the thread. */
const synchronousBytes = 1 << 18;
/** The event loop gets a turn at least this often during a run. */
const turnMs = 30;

interface Slot {
  readonly address: number;
  readonly dtype: DType;
  readonly count: number;
}

interface SharedData {
  readonly address: number;
  users: number;
}

/** A block shared by all plans, as large as the largest needs it. */
interface Area {
  address: number;
  bytes: number;
}

class LoadedWasmPlan implements LoadedPlan {
  readonly pace = new StepPace();
  /** The addresses baked into `run`, printed; another layout needs another module. */
  layoutKey = "";
  /** The device's layout version at which layoutKey was last known to be right. */
  version = -1;
  run: RunPlan = () => undefined;
  constructor(
    readonly plan: Plan,
    readonly dataHashes: readonly string[],
  ) {}
}

export class WasmDevice implements Device {
  readonly backend = "wasm";
  readonly lost: Promise<string> = new Promise(() => undefined);
  private readonly heap: Heap;
  private readonly imports: WebAssembly.Imports;
  private readonly slots = new Map<SlotId, Slot>();
  private readonly data = new Map<string, SharedData>();
  private readonly plans = new Map<string, LoadedWasmPlan>();
  private readonly scratch: Area = { address: 0, bytes: 0 };
  private readonly packing: Area = { address: 0, bytes: 0 };
  /** Address of the ring, and its content. */
  private readonly ring: number;
  private ringView = new Float64Array();
  /** Raised whenever an address may have changed. */
  private version = 0;

  constructor(
    readonly adapter: string,
    budgetBytes: number,
  ) {
    this.heap = new Heap(budgetBytes);
    this.ring = this.heap.allocate(ringCapacity * 8, "device");
    this.imports = planImports(this.heap.memory);
  }

  allocate(slot: SlotId, dtype: DType, count: number): void {
    const old = this.slots.get(slot);
    if (old?.dtype === dtype && old.count === count) {
      copyIn(this.heap.memory, old.address, dtype, new Uint8Array(count));
      return;
    }
    this.release(slot);
    const address = this.heap.allocate(storageBytes(dtype) * count, `slot "${slot}" of ${count} ${dtype}`);
    this.slots.set(slot, { address, dtype, count });
    this.version++;
  }

  has(slot: SlotId): boolean {
    return this.slots.has(slot);
  }

  release(slot: SlotId): void {
    const old = this.slots.get(slot);
    if (!old) return;
    this.slots.delete(slot);
    this.heap.release(old.address);
    this.version++;
  }

  write(slot: SlotId, data: TypedArray): void {
    const { address, dtype, count } = this.slot(slot);
    if (data.length !== count) {
      throw new Error(`Invariant: slot "${slot}" has ${count} elements, got data of ${data.length}`);
    }
    requireWords(dtype, data, `"${slot}"`);
    copyIn(this.heap.memory, address, dtype, data);
  }

  read(slots: readonly SlotId[]): Promise<readonly TypedArray[]> {
    return Promise.resolve().then(() =>
      slots.map((id) => {
        const { address, dtype, count } = this.slot(id);
        return copyOut(this.heap.memory, address, dtype, count);
      }),
    );
  }

  async load(plan: Plan, onKernel?: (done: number, total: number) => void): Promise<LoadedPlan> {
    const known = this.plans.get(plan.key);
    if (known) return known;
    requireInt64Range(plan, "wasm");
    this.reserve(plan);
    const hashes = this.placeData(plan);
    const loaded = new LoadedWasmPlan(plan, hashes);
    try {
      await this.emit(loaded, (done) => onKernel?.(done, plan.kernels.length));
    } catch (error) {
      this.dropData(hashes);
      throw error;
    }
    this.plans.set(plan.key, loaded);
    return loaded;
  }

  unload(plan: LoadedPlan): void {
    const loaded = this.plans.get(plan.plan.key);
    if (!loaded) return;
    this.plans.delete(plan.plan.key);
    this.dropData(loaded.dataHashes);
  }

  private dropData(hashes: readonly string[]): void {
    for (const hash of hashes) {
      const shared = this.data.get(hash);
      if (!shared || --shared.users > 0) continue;
      this.data.delete(hash);
      this.heap.release(shared.address);
    }
  }

  async run(
    schedule: readonly { readonly plan: LoadedPlan; readonly count: number }[],
    cancelled: () => boolean = () => false,
  ): Promise<RunReport> {
    const ring: number[] = [];
    let completed = 0;
    let lastTurn = now();
    for (const { plan, count } of schedule) {
      const loaded = this.plans.get(plan.plan.key);
      if (!loaded) throw new Error(`Invariant: plan ${plan.plan.key} is not loaded`);
      for (let left = count; left > 0;) {
        if (cancelled()) return { completed, ring: Float64Array.from(ring) };
        if (loaded.version !== this.version) await this.emit(loaded);
        const done = this.call(loaded, left, ring);
        left -= done;
        completed += done;
        if (now() - lastTurn < turnMs) continue;
        await turnOfEventLoop();
        lastTurn = now();
      }
    }
    return { completed, ring: Float64Array.from(ring) };
  }

  bytes(): number {
    return this.heap.bytes();
  }

  close(): void {
    this.plans.clear();
    this.slots.clear();
    this.data.clear();
  }

  /** One call of at most 30 ms; appends its ring values and gives its steps. */
  private call(loaded: LoadedWasmPlan, left: number, ring: number[]): number {
    const width = loaded.plan.ring.length;
    const steps = loaded.pace.steps(Math.min(left, width > 0 ? Math.floor(ringCapacity / width) : left));
    const start = now();
    loaded.run(steps, this.ring);
    loaded.pace.record(steps, now() - start);
    // Growing the memory detaches its buffer.
    const { buffer } = this.heap.memory;
    if (this.ringView.buffer !== buffer) this.ringView = new Float64Array(buffer, this.ring, ringCapacity);
    for (let i = 0; i < steps * width; i++) ring.push(this.ringView[i] ?? NaN);
    return steps;
  }

  private slot(id: SlotId): Slot {
    const slot = this.slots.get(id);
    if (!slot) throw new Error(`Invariant: slot "${id}" is not allocated`);
    return slot;
  }

  /** Makes room for a plan's temporaries and packed operands, or throws before anything is allocated. */
  private reserve(plan: Plan): void {
    const packing = Math.max(0, ...plan.kernels.map((kernel) => (kernel.kind === "loop" ? 0 : packingBytes(kernel))));
    const wanted: [Area, number][] = [
      [this.scratch, plan.scratchBytes],
      [this.packing, packing],
    ];
    const missing = wanted.reduce((sum, [area, bytes]) => sum + Math.max(0, bytes - area.bytes), 0);
    const fresh = plan.buffers.reduce((sum, { place, dtype, count }) => {
      return place.kind === "data" && !this.data.has(place.hash) ? sum + storageBytes(dtype) * count : sum;
    }, 0);
    this.heap.require(missing + fresh, `plan ${plan.key}`);
    for (const [area, bytes] of wanted) {
      if (bytes <= area.bytes) continue;
      if (area.bytes > 0) this.heap.release(area.address);
      area.bytes = 0;
      area.address = this.heap.allocate(bytes, `plan ${plan.key}`);
      area.bytes = bytes;
      this.version++;
    }
  }

  private placeData(plan: Plan): string[] {
    const hashes: string[] = [];
    for (const { place, dtype, count } of plan.buffers) {
      if (place.kind !== "data" || hashes.includes(place.hash)) continue;
      hashes.push(place.hash);
      const shared = this.data.get(place.hash);
      if (shared) {
        shared.users++;
        continue;
      }
      requireWords(dtype, place.data.data, "constant data");
      const address = this.heap.allocate(storageBytes(dtype) * count, `data of ${count} ${dtype}`);
      copyIn(this.heap.memory, address, dtype, place.data.data);
      this.data.set(place.hash, { address, users: 1 });
    }
    return hashes;
  }

  private placeBuffers(plan: Plan): PlacedBuffer[] {
    return plan.buffers.map(({ place, dtype }) => {
      const elementBytes = storageBytes(dtype);
      switch (place.kind) {
        case "slot":
          return { address: this.slot(place.slot).address, elementBytes };
        case "scratch":
          return { address: this.scratch.address + place.offset, elementBytes };
        case "data":
          return { address: this.data.get(place.hash)?.address ?? 0, elementBytes };
      }
    });
  }

  private async emitInTurns<T>(work: Pieces<T>, onPiece?: (done: number) => void): Promise<T> {
    let lastTurn = now();
    for (let done = 0; ; done++) {
      const piece = work.next();
      if (piece.done === true) return piece.value;
      onPiece?.(done + 1);
      if (now() - lastTurn < turnMs) continue;
      await turnOfEventLoop();
      lastTurn = now();
    }
  }

  /** Emits and compiles a plan for the addresses of now, unless its module has them already. */
  private async emit(loaded: LoadedWasmPlan, onKernel?: (done: number) => void): Promise<void> {
    const buffers = this.placeBuffers(loaded.plan);
    const layout = { buffers, packing: this.packing.address };
    const layoutKey = [layout.packing, ...buffers.map(({ address }) => address)].join();
    if (layoutKey !== loaded.layoutKey) {
      const bytes = await this.emitInTurns(emitPlan(loaded.plan, layout), onKernel);
      const module =
        bytes.length <= synchronousBytes ? new WebAssembly.Module(bytes) : await WebAssembly.compile(bytes);
      const run = new WebAssembly.Instance(module, this.imports).exports["run"];
      if (typeof run !== "function") throw new Error("Invariant: the module exports no run");
      loaded.run = run as RunPlan;
      loaded.layoutKey = layoutKey;
    }
    loaded.version = this.version;
  }
}
