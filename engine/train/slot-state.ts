/** @file The slots of a program on a device: initial values, presence of gradients, and what an edit carries over. */
import { DeviceError, type Device } from "../backends/backend";
import { storageBytes, type DType } from "../ir/dtype";
import { elementCount } from "../ir/shape";
import type { TensorData, TypedArray } from "../ir/tensor";
import type { SlotId } from "../ir/value";
import type { Program, SlotDeclaration, SlotRole } from "../program/program";
import type { SavedSlot } from "./checkpoint";

/** State that a run changes: what snapshots and checkpoints hold. Once-draws follow from the seed. */
const changing: ReadonlySet<SlotRole> = new Set(["parameter", "buffer", "grad", "optimizer", "counter"]);

/** Bytes of deleted or reshaped members' values kept for an undo that brings them back. */
const retiredLimitBytes = 64 * 2 ** 20;

interface Retired {
  readonly data: TypedArray;
  readonly present: boolean;
}

const retiredKey = (declaration: SlotDeclaration): string =>
  `${declaration.slot} ${declaration.type.dtype}[${declaration.type.shape.join(",")}]`;

const fits = (a: SlotDeclaration, dtype: DType, shape: readonly number[]): boolean =>
  a.type.dtype === dtype && a.type.shape.join(",") === shape.join(",");

const bytesOf = ({ type }: SlotDeclaration): number => elementCount(type.shape) * storageBytes(type.dtype);

/** Refuses a program whose state is larger than the budget, naming what costs most, before anything is drawn. */
export function checkStateFits(program: Program, budgetBytes: number): void {
  const bytes = program.slots.reduce((sum, declaration) => sum + bytesOf(declaration), 0);
  if (bytes <= budgetBytes) return;
  const largest = program.slots.reduce((a, b) => (bytesOf(b) > bytesOf(a) ? b : a));
  const [found, expected, most] = [bytes, budgetBytes, bytesOf(largest)].map(
    (n) => `${(n / 2 ** 30).toPrecision(3)} GiB`,
  );
  throw new DeviceError(
    "memory",
    `memory: the document's state takes ${found ?? ""}, expected at most ${expected ?? ""}. Make ${largest.name} smaller, it takes ${most ?? ""}.`,
  );
}

/** Owns the slots that the program declares. Calls must not overlap a run. */
export class SlotState {
  private declared = new Map<SlotId, SlotDeclaration>();
  private readonly presence = new Map<SlotId, boolean>();
  private readonly retired = new Map<string, Retired>();

  constructor(private readonly device: Device) {}

  get declarations(): Iterable<SlotDeclaration> {
    return this.declared.values();
  }

  present(slot: SlotId): boolean {
    return this.presence.get(slot) === true;
  }

  setPresent(changes: ReadonlyMap<SlotId, boolean>): void {
    for (const [slot, present] of changes) this.presence.set(slot, present);
  }

  savePresence(): ReadonlyMap<SlotId, boolean> {
    return new Map(this.presence);
  }

  restorePresence(saved: ReadonlyMap<SlotId, boolean>): void {
    this.presence.clear();
    this.setPresent(saved);
  }

  /** Everything as before the first step. */
  begin(program: Program, initial: ReadonlyMap<SlotId, TensorData>): void {
    for (const slot of this.declared.keys()) this.device.release(slot);
    this.declared = new Map(program.slots.map((d) => [d.slot, d]));
    this.presence.clear();
    this.retired.clear();
    for (const declaration of this.declared.values()) this.makeAnew(declaration, initial);
    this.writeHyper(program);
  }

  /**
   * Moves to another program: state is carried by slot id where the type is the same, taken back from what an
   * earlier edit took away, and made anew otherwise. Returns the names of those made anew.
   */
  async carry(program: Program, initial: ReadonlyMap<SlotId, TensorData>): Promise<readonly string[]> {
    const next = new Map(program.slots.map((d) => [d.slot, d]));
    const leaving = [...this.declared.values()].filter((old) => {
      const same = next.get(old.slot);
      return !same || !fits(same, old.type.dtype, old.type.shape);
    });
    await this.retire(leaving.filter((d) => changing.has(d.role)));
    for (const old of leaving) if (!next.has(old.slot)) this.device.release(old.slot);
    const anew: string[] = [];
    for (const declaration of next.values()) {
      const old = this.declared.get(declaration.slot);
      const kept = old !== undefined && fits(old, declaration.type.dtype, declaration.type.shape);
      if (kept && declaration.role !== "once") continue;
      if (!kept && this.takeBack(declaration)) continue;
      this.makeAnew(declaration, initial);
      if (!kept && changing.has(declaration.role)) anew.push(declaration.name);
    }
    this.declared = next;
    this.writeHyper(program);
    return anew;
  }

  writeHyper(program: Program): void {
    for (const [slot, value] of program.hyper()) {
      const declaration = this.declared.get(slot);
      if (declaration) this.device.write(slot, hostScalar(declaration.type.dtype, value));
    }
  }

  /** Copies of all state that a run changes. */
  async save(): Promise<readonly SavedSlot[]> {
    const kept = [...this.declared.values()].filter((d) => changing.has(d.role));
    const data = await this.device.read(kept.map((d) => d.slot));
    return kept.map((d, i) => ({
      slot: d.slot,
      dtype: d.type.dtype,
      shape: d.type.shape,
      present: d.role === "grad" ? this.present(d.slot) : true,
      data: data[i] ?? new Float32Array(0),
    }));
  }

  /** Puts saved state back; returns the names of slots that the program has and the saved state lacks or has otherwise. */
  restore(saved: readonly SavedSlot[]): readonly string[] {
    const bySlot = new Map(saved.map((s) => [s.slot, s]));
    const missing: string[] = [];
    for (const declaration of this.declared.values()) {
      if (!changing.has(declaration.role)) continue;
      const found = bySlot.get(declaration.slot);
      if (found && fits(declaration, found.dtype, found.shape)) {
        this.device.write(declaration.slot, found.data);
        if (declaration.role === "grad") this.presence.set(declaration.slot, found.present);
      } else {
        missing.push(declaration.name);
      }
    }
    return missing;
  }

  /** Frees every slot. */
  release(): void {
    for (const slot of this.declared.keys()) this.device.release(slot);
    this.declared.clear();
    this.retired.clear();
  }

  private makeAnew(declaration: SlotDeclaration, initial: ReadonlyMap<SlotId, TensorData>): void {
    const { slot, type } = declaration;
    this.device.allocate(slot, type.dtype, elementCount(type.shape));
    const data = initial.get(slot);
    if (data) this.device.write(slot, data.data);
    this.presence.delete(slot);
  }

  private async retire(leaving: readonly SlotDeclaration[]): Promise<void> {
    if (leaving.length === 0) return;
    const data = await this.device.read(leaving.map((d) => d.slot));
    leaving.forEach((declaration, i) => {
      const array = data[i];
      const key = retiredKey(declaration);
      this.retired.delete(key);
      if (array) this.retired.set(key, { data: array, present: this.present(declaration.slot) });
      this.presence.delete(declaration.slot);
    });
    let bytes = [...this.retired.values()].reduce((sum, kept) => sum + kept.data.byteLength, 0);
    for (const [key, { data: oldest }] of this.retired) {
      if (bytes <= retiredLimitBytes) break;
      bytes -= oldest.byteLength;
      this.retired.delete(key);
    }
  }

  private takeBack(declaration: SlotDeclaration): boolean {
    const kept = this.retired.get(retiredKey(declaration));
    if (!kept || !changing.has(declaration.role)) return false;
    this.retired.delete(retiredKey(declaration));
    this.device.allocate(declaration.slot, declaration.type.dtype, kept.data.length);
    this.device.write(declaration.slot, kept.data);
    this.presence.set(declaration.slot, kept.present);
    return true;
  }
}

function hostScalar(dtype: DType, value: number): TypedArray {
  switch (dtype) {
    case "float32":
      return Float32Array.of(value);
    case "float64":
    case "int64":
      return Float64Array.of(value);
    case "int32":
      return Int32Array.of(value);
    case "bool":
      return Uint8Array.of(value === 0 ? 0 : 1);
  }
}
