/** @file Turns values of a trace into plans on the device, with what is fixed for the run computed beforehand. */
import { DeviceError, type Device, type LoadedPlan } from "../backends/backend";
import { compile, compileInPieces, type CompileRequest } from "../compile/compile";
import { printLargest } from "../compile/costs";
import { structuralHash } from "../compile/hash";
import type { Plan } from "../compile/plan";
import { elementCount } from "../ir/shape";
import type { SlotId, Value } from "../ir/value";
import type { Clock } from "./clock";
import { fixedValues } from "./hoist";
import { drive, onKernelOf, type Watch } from "./in-pieces";

/** Fixed values that one setup plan computes together, kept while any loaded plan reads one of them. */
interface FixedGroup {
  readonly setup: Plan;
  readonly slots: readonly SlotId[];
  users: number;
}

/** A plan in use, with the fixed values it reads. */
export interface LoadedStep {
  readonly plan: LoadedPlan;
  readonly fixed: readonly FixedGroup[];
}

/** Loads and unloads; equal plans and equal fixed values are shared and counted. Calls must not overlap a run. */
export class StepLoader {
  private readonly groups = new Map<SlotId, FixedGroup>();
  private readonly users = new Map<LoadedPlan, number>();

  constructor(
    private readonly device: Device,
    private readonly clock: Clock,
  ) {}

  /** Rejects with DeviceError when it does not fit, with Abandoned when it is given up. */
  async load(
    wanted: Pick<CompileRequest, "writes" | "ring"> & Partial<Pick<CompileRequest, "given">>,
    once: ReadonlySet<SlotId>,
    watch: Watch = {},
  ): Promise<LoadedStep> {
    const roots = [...wanted.writes.map((w) => w.value), ...wanted.ring];
    const hoisted = new Map<Value, SlotId>();
    for (const value of fixedValues(roots, once, wanted.given)) hoisted.set(value, `once:${structuralHash(value)}`);
    await this.computeFixed(hoisted);
    const given = new Map([...(wanted.given ?? []), ...hoisted]);
    const fixed = [...new Set([...hoisted.values()].flatMap((slot) => this.groups.get(slot) ?? []))];
    for (const group of fixed) group.users++;
    try {
      const plan = await this.loadNaming(await drive(compileInPieces({ ...wanted, given }), this.clock, watch), watch);
      this.users.set(plan, (this.users.get(plan) ?? 0) + 1);
      return { plan, fixed };
    } catch (error) {
      this.leave(fixed);
      throw error;
    }
  }

  /** A plan that does not fit is refused with the values that make it large. */
  private async loadNaming(plan: Plan, watch: Watch): Promise<LoadedPlan> {
    try {
      return await this.device.load(plan, onKernelOf(watch));
    } catch (error) {
      if (!(error instanceof DeviceError) || error.kind !== "memory") throw error;
      throw new DeviceError("memory", `${error.message} The most is in ${printLargest(plan)}.`);
    }
  }

  unload(step: LoadedStep): void {
    const users = (this.users.get(step.plan) ?? 1) - 1;
    if (users > 0) this.users.set(step.plan, users);
    else {
      this.users.delete(step.plan);
      this.device.unload(step.plan);
    }
    this.leave(step.fixed);
  }

  /** Computes every fixed value again: the draws have changed. */
  async refresh(): Promise<void> {
    for (const group of new Set(this.groups.values())) await this.runOnce(group.setup);
  }

  private async computeFixed(given: ReadonlyMap<Value, SlotId>): Promise<void> {
    const missing = new Map<SlotId, Value>();
    for (const [value, slot] of given) if (!this.groups.has(slot)) missing.set(slot, value);
    if (missing.size === 0) return;
    const writes = [...missing].map(([slot, value]) => ({ slot, value }));
    const group: FixedGroup = {
      setup: compile({ writes, given: new Map(), ring: [] }),
      slots: writes.map((w) => w.slot),
      users: 0,
    };
    try {
      for (const { slot, value } of writes) {
        this.device.allocate(slot, value.type.dtype, elementCount(value.type.shape));
        this.groups.set(slot, group);
      }
      await this.runOnce(group.setup);
    } catch (error) {
      this.release(group);
      throw error;
    }
  }

  private async runOnce(plan: Plan): Promise<void> {
    const loaded = await this.device.load(plan);
    await this.device.run([{ plan: loaded, count: 1 }]);
    if (!this.users.has(loaded)) this.device.unload(loaded);
  }

  private leave(groups: readonly FixedGroup[]): void {
    for (const group of groups) {
      group.users--;
      if (group.users <= 0) this.release(group);
    }
  }

  private release(group: FixedGroup): void {
    for (const slot of group.slots) if (this.groups.delete(slot)) this.device.release(slot);
  }
}
