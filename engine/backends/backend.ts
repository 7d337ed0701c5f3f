/** @file The one contract of all backends. It knows plans and slots, and no op. */
import type { Plan } from "../compile/plan";
import type { DType } from "../ir/dtype";
import type { TypedArray } from "../ir/tensor";
import type { SlotId } from "../ir/value";

export const backendNames = ["webgpu", "wasm", "reference"] as const;
export type BackendName = (typeof backendNames)[number];

export type BackendStatus =
  | { readonly ok: true; readonly adapter: string }
  /** One sentence a person can act on. */
  | { readonly ok: false; readonly why: string };

export interface Backend {
  readonly name: BackendName;
  readonly dtypes: readonly DType[];
  /** Whether it can work here, and why not. */
  status(): Promise<BackendStatus>;
  /** Rejects with DeviceError. */
  open(options: DeviceOptions): Promise<Device>;
}

export interface DeviceOptions {
  /** Above it, allocate and load reject with DeviceError "memory" before anything is allocated. */
  readonly memoryBudgetBytes: number;
}

/** One open device: slots with state, loaded plans, and steps run on them. Calls are made one after another. */
export interface Device {
  readonly backend: BackendName;
  /** What a person reads in the device chip. */
  readonly adapter: string;
  /** Makes a zeroed slot; a slot of that id and another size or dtype is replaced. */
  allocate(slot: SlotId, dtype: DType, count: number): void;
  has(slot: SlotId): boolean;
  release(slot: SlotId): void;
  /** Copies host data in; the array has the dtype's host type and the slot's count. */
  write(slot: SlotId, data: TypedArray): void;
  /** Copies slots out, as their dtype's host arrays. */
  read(slots: readonly SlotId[]): Promise<readonly TypedArray[]>;
  /** Emits and compiles; the same key returns the same loaded plan. Its slots must exist. `onKernel` counts progress. */
  load(plan: Plan, onKernel?: (done: number, total: number) => void): Promise<LoadedPlan>;
  /** Forgets a loaded plan. */
  unload(plan: LoadedPlan): void;
  /**
   * Runs each entry's plan `count` times, in order. Stops between steps once `cancelled()` is true, asked at least
   * every 30 ms (wasm) or 100 ms (webgpu). Rejects with DeviceError when the device is lost.
   */
  run(
    schedule: readonly { readonly plan: LoadedPlan; readonly count: number }[],
    cancelled?: () => boolean,
  ): Promise<RunReport>;
  /** Bytes allocated now. */
  bytes(): number;
  /** Resolves when the device dies by itself, with the reason. */
  readonly lost: Promise<string>;
  close(): void;
}

export interface LoadedPlan {
  readonly plan: Plan;
}

export interface RunReport {
  /** Steps completed. */
  readonly completed: number;
  /** Ring values of each completed step in order, plan.ring.length numbers a step. */
  readonly ring: Float64Array;
}

export type DeviceErrorKind = "unavailable" | "memory" | "lost" | "unsupported";

/** A backend's failure: `where: found, expected. What to do.` */
export class DeviceError extends Error {
  readonly kind: DeviceErrorKind;
  constructor(kind: DeviceErrorKind, message: string) {
    super(message);
    this.name = "DeviceError";
    this.kind = kind;
  }
}
