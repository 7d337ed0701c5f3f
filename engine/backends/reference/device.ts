/** @file One open reference device: slots as typed arrays, plans as closures. */
import type { Plan } from "../../compile/plan";
import { storageBytes, type DType } from "../../ir/dtype";
import { allocateHost, type TypedArray } from "../../ir/tensor";
import type { SlotId } from "../../ir/value";
import { DeviceError, type Device, type LoadedPlan, type RunReport } from "../backend";
import { prepareContract } from "./contract";
import { prepareLoop } from "./loop";
import { printBytes } from "./print-bytes";

interface Slot {
  readonly dtype: DType;
  readonly data: TypedArray;
}

interface Loaded extends LoadedPlan {
  readonly kernels: readonly (() => void)[];
  readonly ring: readonly TypedArray[];
  readonly scratchBytes: number;
}

/** Floating-point operations between two looks at `cancelled` and two turns of the event loop: about 10 ms. */
const flopsPerTurn = 2e6;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

export class ReferenceDevice implements Device {
  readonly backend = "reference";
  readonly adapter = "JavaScript, one thread";
  readonly lost = new Promise<string>(() => undefined);
  private readonly slots = new Map<SlotId, Slot>();
  private readonly loaded = new Map<string, Loaded>();
  private readonly budget: number;

  constructor(memoryBudgetBytes: number) {
    this.budget = memoryBudgetBytes;
  }

  allocate(slot: SlotId, dtype: DType, count: number): void {
    const known = this.slots.get(slot);
    const bytes = count * storageBytes(dtype);
    this.reserve(bytes - (known ? known.data.length * storageBytes(known.dtype) : 0), `slot ${slot}`);
    if (known?.dtype === dtype && known.data.length === count) known.data.fill(0);
    else {
      this.slots.set(slot, { dtype, data: allocateHost(dtype, count) });
      this.forgetPlansOf(slot);
    }
  }

  has(slot: SlotId): boolean {
    return this.slots.has(slot);
  }

  release(slot: SlotId): void {
    this.slots.delete(slot);
    this.forgetPlansOf(slot);
  }

  write(slot: SlotId, data: TypedArray): void {
    const { data: own } = this.find(slot);
    if (own.length !== data.length) {
      throw new Error(`Invariant: slot ${slot} has ${own.length} elements, ${data.length} were written`);
    }
    own.set(data);
  }

  read(slots: readonly SlotId[]): Promise<readonly TypedArray[]> {
    return Promise.resolve(slots.map((slot) => this.find(slot).data.slice()));
  }

  load(plan: Plan, onKernel?: (done: number, total: number) => void): Promise<LoadedPlan> {
    try {
      return Promise.resolve(this.loaded.get(plan.key) ?? this.prepare(plan, onKernel));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  unload(plan: LoadedPlan): void {
    this.loaded.delete(plan.plan.key);
  }

  async run(
    schedule: readonly { readonly plan: LoadedPlan; readonly count: number }[],
    cancelled?: () => boolean,
  ): Promise<RunReport> {
    const values: number[] = [];
    let completed = 0;
    let work = 0;
    for (const { plan, count } of schedule) {
      const loaded = this.ready(plan.plan);
      for (let step = 0; step < count; step++) {
        if (cancelled?.() === true) return { completed, ring: Float64Array.from(values) };
        for (const kernel of loaded.kernels) kernel();
        for (const data of loaded.ring) values.push(data[0] ?? NaN);
        completed++;
        work += plan.plan.flops + 1000;
        if (work > flopsPerTurn) {
          work = 0;
          await nextTurn();
        }
      }
    }
    return { completed, ring: Float64Array.from(values) };
  }

  bytes(): number {
    let bytes = 0;
    for (const { dtype, data } of this.slots.values()) bytes += data.length * storageBytes(dtype);
    for (const { scratchBytes } of this.loaded.values()) bytes += scratchBytes;
    return bytes;
  }

  close(): void {
    this.slots.clear();
    this.loaded.clear();
  }

  /** A plan loaded, or loaded again after one of its slots was replaced. */
  private ready(plan: Plan): Loaded {
    return this.loaded.get(plan.key) ?? this.prepare(plan);
  }

  private prepare(plan: Plan, onKernel?: (done: number, total: number) => void): Loaded {
    this.reserve(plan.scratchBytes, "the step's temporaries");
    const arrays = plan.buffers.map(({ dtype, count, place }): TypedArray => {
      if (place.kind === "data") return place.data.data;
      if (place.kind === "scratch") return allocateHost(dtype, count);
      const { data, dtype: found } = this.find(place.slot);
      if (found !== dtype || data.length !== count) {
        throw new Error(
          `Invariant: slot ${place.slot} is ${found} × ${data.length}, the plan expects ${dtype} × ${count}`,
        );
      }
      return data;
    });
    const kernels = plan.kernels.map((kernel, i) => {
      const run = kernel.kind === "loop" ? prepareLoop(kernel, arrays) : prepareContract(kernel, arrays);
      onKernel?.(i + 1, plan.kernels.length);
      return run;
    });
    const ring = plan.ring.flatMap((buffer) => arrays[buffer] ?? []);
    const loaded = { plan, kernels, ring, scratchBytes: plan.scratchBytes };
    this.loaded.set(plan.key, loaded);
    return loaded;
  }

  private forgetPlansOf(slot: SlotId): void {
    for (const [key, { plan }] of this.loaded) {
      if (plan.buffers.some(({ place }) => place.kind === "slot" && place.slot === slot)) this.loaded.delete(key);
    }
  }

  private find(slot: SlotId): Slot {
    const found = this.slots.get(slot);
    if (!found) throw new Error(`Invariant: slot ${slot} is used before it is allocated`);
    return found;
  }

  private reserve(bytes: number, what: string): void {
    const total = this.bytes() + bytes;
    if (total <= this.budget) return;
    throw new DeviceError(
      "memory",
      `reference: ${what} would take memory to ${printBytes(total)}, expected at most ${printBytes(this.budget)}. Use smaller tensors, or raise the memory budget.`,
    );
  }
}
