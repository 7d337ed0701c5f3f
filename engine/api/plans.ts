/**
 * @file Plans of the segments that ran, found again by structure, so that a loop traces each step and compiles none.
 *
 * Note [Data of one step]: data that only one segment reads (a batch) goes into a slot named by its type and place, so
 * that the next batch finds the same plan. Read again, it gets a slot of its own and is uploaded once.
 * Note [Numbers that change]: a plain number is part of a plan until the same structure comes with another one; from
 * then on that number is an input.
 */
import { compile } from "../compile/compile";
import type { Plan } from "../compile/plan";
import { tensorData, type TensorData, type TensorType } from "../ir/tensor";
import { elementCount } from "../ir/shape";
import type { SlotId, Value } from "../ir/value";
import type { Tape } from "../tape/tape";
import { structureOf } from "./signature-key";
import type { Storage } from "./storage";

/** Something to run: what to leave in which slots, and what to report. */
export interface Job {
  readonly tape: Tape;
  readonly storages: ReadonlyMap<SlotId, Storage>;
  readonly writes: readonly { readonly slot: SlotId; readonly type: TensorType; readonly value: Value }[];
  readonly ring: readonly Value[];
}

/** A job made ready: its plan, the slots it needs on the device, and contents to put there first. */
export interface PreparedJob {
  readonly slots: readonly { readonly slot: SlotId; readonly type: TensorType }[];
  readonly inputs: readonly { readonly slot: SlotId; readonly data: TensorData }[];
  readonly storages: readonly Storage[];
  readonly plan: Plan;
}

/** More plans than this are dropped, the least recently used first. */
const planLimit = 256;

export class Plans {
  private readonly compiled = new Map<string, Plan>();
  private readonly numbers = new Map<
    string,
    { readonly values: number[]; readonly changes: boolean[]; readonly id: number }
  >();

  private nextId = 0;

  /** Structures beyond this many are forgotten, with what is known of their numbers. */
  constructor(private readonly structureLimit = 4096) {}

  prepare(job: Job): PreparedJob {
    const { tape, storages: sources } = job;
    const given = new Map<Value, SlotId>();
    const inputs: { slot: SlotId; data: TensorData }[] = [];
    const slots: { slot: SlotId; type: TensorType }[] = job.writes.map(({ slot, type }) => ({ slot, type }));
    const storages: Storage[] = [];
    const places = new Map<string, number>();
    for (const storage of sources.values()) {
      if (!storage.passing) {
        storages.push(storage);
        continue;
      }
      const { dtype, shape } = storage.type;
      const kind = `in ${dtype}[${shape.join(",")}]`;
      const place = places.get(kind) ?? 0;
      places.set(kind, place + 1);
      const slot: SlotId = `${kind} ${place}`;
      given.set(tape.slot(storage.slot, storage.type, false), slot);
      slots.push({ slot, type: storage.type });
      if (storage.host) inputs.push({ slot, data: storage.host });
    }
    const structure = structureOf(job.writes, job.ring, given);
    const numbers = this.numbersOf(structure.text, structure.literals);
    structure.literals.forEach((literal, i) => {
      if (numbers.changes[i] !== true) return;
      const slot: SlotId = `number ${numbers.id}.${i}`;
      const { dtype } = literal.type;
      given.set(literal, slot);
      slots.push({ slot, type: { dtype, shape: [] } });
      inputs.push({ slot, data: tensorData(dtype, [], [literalNumber(literal)]) });
    });
    // A plan reads a number that changes from the slot of its structure, which has another when it was forgotten since.
    const changing = `? ${numbers.id}`;
    const fixed = structure.literals.map((l, i) => (numbers.changes[i] === true ? changing : String(literalNumber(l))));
    const key = `${structure.text}\n${fixed.join(",")}`;
    const plan = this.compiled.get(key) ?? compile({ writes: job.writes, given, ring: job.ring });
    this.compiled.delete(key);
    this.compiled.set(key, plan);
    for (const oldest of this.compiled.keys()) {
      if (this.compiled.size <= planLimit) break;
      this.compiled.delete(oldest);
    }
    return { plan, slots, inputs, storages };
  }

  /** How many plans there are now. */
  get size(): number {
    return this.compiled.size;
  }

  private numbersOf(text: string, literals: readonly Value[]) {
    const values = literals.map(literalNumber);
    const known = this.numbers.get(text);
    if (!known) {
      if (this.numbers.size >= this.structureLimit) this.numbers.clear();
      const fresh = { values, changes: values.map(() => false), id: this.nextId++ };
      this.numbers.set(text, fresh);
      return fresh;
    }
    values.forEach((value, i) => {
      if (!Object.is(value, known.values[i])) known.changes[i] = true;
    });
    return known;
  }
}

function literalNumber(literal: Value): number {
  return literal.definition.kind === "literal" ? literal.definition.value : NaN;
}

/** Bytes on the host of a tensor of this type. */
export function hostBytes(type: TensorType): number {
  return elementCount(type.shape) * (type.dtype === "float64" || type.dtype === "int64" ? 8 : 4);
}
