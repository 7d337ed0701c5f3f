/** @file Addresses inside a loop nest: one i32 pointer for all accesses that move alike, advanced as the loops turn. */
import type { Access, Guard } from "../../compile/plan";
import type { FunctionBuilder, Local } from "./function-builder";
import type { LoopShape } from "./loop-shape";

/** Where a buffer lies in memory. */
export interface PlacedBuffer {
  readonly address: number;
  readonly elementBytes: 4 | 8;
}

/** Accesses with equal byte strides: their addresses differ by a constant. */
interface PointerClass {
  readonly strides: readonly number[];
  /** What keeps the pointer from going below zero where strides are negative; every address constant is less by it. */
  readonly bias: number;
  /** The pointer as advanced by the loops entered so far, innermost last. */
  readonly locals: { readonly depth: number; readonly local: Local }[];
}

/** A place in memory: what is on the stack plus `constant`. */
export interface NestAddress {
  /** Pushes the variable part. */
  push(): void;
  readonly constant: number;
  /** Bytes from one coordinate of an axis to the next. */
  stride(axis: number): number;
  /** Pushes whether all guards hold; null without guards. */
  readonly condition: (() => void) | null;
}

export class NestPointers {
  private readonly classes = new Map<string, PointerClass>();
  /** The element counter of each loop entered, by axis. */
  readonly counters = new Map<number, Local>();

  constructor(
    private readonly f: FunctionBuilder,
    private readonly shape: LoopShape,
    private readonly buffers: readonly PlacedBuffer[],
  ) {}

  /** Makes known an access that the kernel will use; all are made known before the first loop. */
  declare(buffer: number, access: Access): void {
    if (!access.guards?.length) this.classOf(buffer, access);
  }

  /** Pushes the coordinate along an axis: that of the first lane in a vector. */
  pushCoordinate(axis: number): void {
    const counter = this.counters.get(axis);
    if (counter === undefined) this.f.i32(0);
    else this.f.get(counter);
  }

  address(buffer: number, access: Access): NestAddress {
    const { elementBytes, address } = this.buffer(buffer);
    const start = address + access.offset * elementBytes;
    const stride = (axis: number): number => (access.strides[axis] ?? 0) * elementBytes;
    if (access.guards?.length) return this.guarded(start, stride, access.guards);
    const found = this.classOf(buffer, access);
    const push = (): void => {
      const last = found.locals.at(-1);
      if (last) this.f.get(last.local);
      else this.f.i32(found.bias);
    };
    return { push, constant: start - found.bias, stride, condition: null };
  }

  /** Starts the loop over `axis` at `depth`: its counter at 0, a copy of each pointer it moves. */
  enter(axis: number, depth: number): Local {
    const counter = this.f.local("i32");
    this.f.i32(0).set(counter);
    this.counters.set(axis, counter);
    for (const item of this.classes.values()) {
      if (!item.strides[axis]) continue;
      const local = this.f.local("i32");
      const outer = item.locals.at(-1);
      if (outer) this.f.get(outer.local);
      else this.f.i32(item.bias);
      this.f.set(local);
      item.locals.push({ depth, local });
    }
    return counter;
  }

  /** Moves everything that the loop at `depth` moves by `steps` coordinates. */
  advance(axis: number, depth: number, steps: number): void {
    const counter = this.counters.get(axis);
    if (counter !== undefined) this.f.increase(counter, steps);
    for (const item of this.classes.values()) {
      const last = item.locals.at(-1);
      if (last?.depth === depth) this.f.increase(last.local, (item.strides[axis] ?? 0) * steps);
    }
  }

  leave(axis: number, depth: number): void {
    this.counters.delete(axis);
    for (const item of this.classes.values()) if (item.locals.at(-1)?.depth === depth) item.locals.pop();
  }

  private buffer(index: number): PlacedBuffer {
    const buffer = this.buffers[index];
    if (!buffer) throw new Error(`Invariant: plan has no buffer ${index}`);
    return buffer;
  }

  private classOf(buffer: number, access: Access): PointerClass {
    const { elementBytes } = this.buffer(buffer);
    const { extents } = this.shape;
    const strides = extents.map((extent, axis) => (extent === 1 ? 0 : (access.strides[axis] ?? 0) * elementBytes));
    const key = strides.join();
    const known = this.classes.get(key);
    if (known) return known;
    const bias = strides.reduce((sum, stride, axis) => sum - Math.min(0, stride * ((extents[axis] ?? 1) - 1)), 0);
    const made: PointerClass = { strides, bias, locals: [] };
    this.classes.set(key, made);
    return made;
  }

  private guarded(start: number, stride: (axis: number) => number, guards: readonly Guard[]): NestAddress {
    const { f } = this;
    const push = (): void => {
      f.i32(start);
      for (let axis = 0; axis < this.shape.extents.length; axis++) {
        const guard = guards.find((candidate) => candidate.axis === axis);
        if (stride(axis) === 0) continue;
        this.pushCoordinate(axis);
        if (guard && guard.low !== 0) f.i32(guard.low).op("i32.sub");
        if (guard && guard.step !== 1) f.i32(guard.step).op("i32.div_s");
        f.i32(stride(axis)).op("i32.mul").op("i32.add");
      }
    };
    const condition = (): void => {
      f.i32(1);
      for (const { axis, low, high, step } of guards) {
        if (low > 0) {
          this.pushCoordinate(axis);
          f.i32(low).op("i32.ge_s").op("i32.and");
        }
        if (high < (this.shape.extents[axis] ?? 1)) {
          this.pushCoordinate(axis);
          f.i32(high).op("i32.lt_s").op("i32.and");
        }
        if (step > 1) {
          this.pushCoordinate(axis);
          f.i32(low).op("i32.sub").i32(step).op("i32.rem_s").op("i32.eqz").op("i32.and");
        }
      }
    };
    return { push, constant: 0, stride, condition };
  }
}
