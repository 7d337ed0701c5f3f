/**
 * @file A segment: what is recorded between two moments at which state changes; usually one step of a loop.
 *
 * Note [Segments]: calling an op only records it. A segment is settled when an optimiser's step, or a no-grad block that
 * wrote in place, ends; what is recorded next ends it, unless that goes on with its graph (a second loss, another
 * optimiser). It is then queued as one plan, and runs when a number is asked for. So a loop of many steps without
 * `await` becomes one schedule of plans, and equal steps share one plan.
 */
import { elementCount } from "../ir/shape";
import { tensorData, type TensorData } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { sourcesOf } from "../ir/value-sources";
import { createTape, type StepRandom } from "../tape/record";
import type { Tape } from "../tape/tape";
import type { Storage } from "./storage";

let count = 0;

/** Sealed: what it computes is fixed, but has not run. */
export type SegmentStatus = "open" | "queued" | "sealed" | "done";

/** What came back from a run of a segment. */
export interface SegmentResults {
  /** The numbers of its one-element values, by position. */
  ring: Float64Array | null;
  /** Contents kept for code that asks later, by value id. */
  readonly kept: Map<number, TensorData>;
}

export class Segment {
  readonly number = count++;
  readonly tape: Tape;
  status: SegmentStatus = "open";
  /** State as the segment leaves it. */
  readonly writes = new Map<Storage, Value>();
  /** Every storage it reads or writes, by slot: held so that none is given back before the segment has run. */
  readonly storages = new Map<SlotId, Storage>();
  /** Values that program code has seen: those of one element are reported after each run, others kept where asked. */
  readonly scalars: Value[] = [];
  readonly tensors: Value[] = [];
  readonly results: SegmentResults = { ring: null, kept: new Map() };
  /** Whether there is a graph that a backward may still pass through. */
  hasHistory = false;
  /** Values that program code has seen and no backward has passed yet. */
  private readonly waiting = new Set<Value>();
  /** In-place writes so far. */
  writeCount = 0;
  /** An update has ended: the step is over unless what follows goes on with its graph. Note [Segments]. */
  settled = false;

  constructor(random: StepRandom) {
    this.tape = createTape({ float: "float32", random });
  }

  /** The value of a storage as it is at this point of the segment. */
  read(storage: Storage): Value {
    this.storages.set(storage.slot, storage);
    if (storage.firstRead === null) storage.firstRead = this.number;
    else if (storage.firstRead !== this.number) storage.readAgain = true;
    return this.writes.get(storage) ?? this.tape.slot(storage.slot, storage.type, storage.requiresGrad);
  }

  write(storage: Storage, value: Value): void {
    this.storages.set(storage.slot, storage);
    this.writes.set(storage, value);
    this.writeCount++;
  }

  /** Notes that program code holds this value. */
  show(value: Value): void {
    if (value.gradFn !== null) {
      this.hasHistory = true;
      this.waiting.add(value);
    }
    (elementCount(value.type.shape) === 1 ? this.scalars : this.tensors).push(value);
  }

  /** Notes that a backward went through the graph of this value: the step goes on. Without `keeps`, nothing waits there. */
  passBackward(root: Value, keeps: boolean): void {
    this.settled = false;
    if (keeps) return;
    this.hasHistory = false;
    const seen = new Set<Value>([root]);
    for (const value of seen) {
      this.waiting.delete(value);
      for (const source of sourcesOf(value)) if (source.requiresGrad) seen.add(source);
    }
  }

  /** Whether nothing can go on with this segment's graph: an update has ended it, and no root waits for a backward. */
  get isOver(): boolean {
    return this.settled && this.waiting.size === 0;
  }

  /** The contents of a value as they came back from the run; null when they did not, or not yet. */
  known(value: Value): TensorData | null {
    const { ring, kept } = this.results;
    const index = ring ? this.scalars.indexOf(value) : -1;
    const number = index < 0 ? undefined : ring?.[index];
    if (number !== undefined) return tensorData(value.type.dtype, value.type.shape, [number]);
    return kept.get(value.id) ?? null;
  }

  /** True while everything the value was computed from still holds what it held here. */
  isCurrent(value: Value): boolean {
    const seen = new Set<Value>();
    const stack = [value];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const { definition } = next;
      if (definition.kind === "slot") {
        const storage = this.storages.get(definition.slot);
        if (storage && storage.lastWrite >= this.number) return false;
      }
      stack.push(...sourcesOf(next));
    }
    return true;
  }
}
