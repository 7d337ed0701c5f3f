/**
 * @file Test support: seeded random steps, so that fused is compared with unfused and every backend with the oracle on the
 * same graphs. Values stay tame (no overflow, no steps at computed points), so that rounding is all that may differ.
 */
import { recordWith } from "../ir/recorder";
import { elementCount, type Shape } from "../ir/shape";
import { tensorData, type TensorData } from "../ir/tensor";
import type { DType } from "../ir/dtype";
import type { SlotId, Value } from "../ir/value";
import * as op from "../ops/families";
import { uniforms } from "../random/uniforms";
import { createTape } from "../tape/record";
import type { Tape } from "../tape/tape";
import type { CompileRequest } from "./compile";

/** A step to compile, with what its slots hold before it. */
export interface RandomStep {
  readonly request: CompileRequest;
  readonly slots: ReadonlyMap<SlotId, TensorData>;
}

export interface RandomStepOptions {
  readonly float: "float32" | "float64";
  /** How many ops to record. */
  readonly ops: number;
  /** Adds the gradients of all leaves and updates by them. */
  readonly gradients?: (tape: Tape, loss: Value) => ReadonlyMap<Value, Value>;
}

const extents = [1, 2, 3, 5, 8, 17] as const;

class StepMaker {
  readonly tape: Tape;
  readonly slots = new Map<SlotId, TensorData>();
  readonly leaves: { readonly slot: SlotId; readonly value: Value }[] = [];
  private readonly values: Value[] = [];
  private readonly uniform: () => number;
  private readonly float: "float32" | "float64";

  constructor(seed: number, float: "float32" | "float64") {
    this.uniform = uniforms(seed);
    this.float = float;
    this.tape = createTape({ float });
  }

  int(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  pick<T>(items: readonly T[], otherwise: T): T {
    return items[this.int(items.length)] ?? otherwise;
  }

  addLeaf(shape: Shape, dtype: DType = this.float): Value {
    const slot: SlotId = `s${this.slots.size}`;
    const whole = dtype === "int32" || dtype === "int64" || dtype === "bool";
    const numbers = Array.from({ length: elementCount(shape) }, () => {
      const number = this.uniform() * 4 - 2;
      return dtype === "bool" ? Number(number > 0) : whole ? Math.round(number * 3) : number;
    });
    const data = tensorData(dtype, shape, numbers);
    this.slots.set(slot, data);
    const value = this.tape.slot(slot, { dtype, shape }, !whole);
    if (!whole) this.leaves.push({ slot, value });
    return value;
  }

  start(): void {
    const [r, c] = [this.pick(extents, 3), this.pick(extents, 5)];
    for (const shape of [[r, c], [c], [], [r, 1], [c, r]]) this.values.push(this.addLeaf(shape));
  }

  any(): Value {
    return this.pick(this.values, this.values[0] ?? this.addLeaf([]));
  }

  /** One more op on what there is, kept in range by tanh where it could grow. */
  step(): void {
    const made = this.make(this.any());
    if (elementCount(made.type.shape) <= 4096) this.values.push(made);
  }

  finish(): Value {
    const ends = this.values.slice(-4).map((value) => op.mean(op.square(value)));
    return ends.reduce((sum, end) => op.add(sum, end));
  }

  get last(): readonly Value[] {
    return this.values.slice(-3);
  }

  private partner(x: Value): Value {
    const fitting = this.values.filter((y) =>
      y.type.shape.every((extent, i) => {
        const other = x.type.shape[x.type.shape.length - y.type.shape.length + i];
        return extent === 1 || other === undefined || other === 1 || other === extent;
      }),
    );
    return this.pick(fitting, x);
  }

  private make(x: Value): Value {
    switch (this.int(12)) {
      case 0:
        return op.add(x, this.partner(x));
      case 1:
        return op.tanh(op.mul(x, this.partner(x)));
      case 2:
        return op.sub(this.partner(x), x);
      case 3:
        return op.div(x, op.add(op.square(this.partner(x)), 1));
      case 4:
        return this.smooth(x);
      case 5:
        return this.chosen(x);
      case 6:
        return this.folded(x);
      case 7:
      case 8:
        return this.viewed(x);
      case 9:
        return this.sliced(x);
      default:
        return this.product(x);
    }
  }

  private smooth(x: Value): Value {
    const functions = [
      () => op.sin(x),
      () => op.cos(x),
      () => op.sigmoid(x),
      () => op.exp(op.neg(op.square(x))),
      () => op.log(op.add(op.square(x), 1)),
      () => op.sqrt(op.add(op.square(x), 1)),
      () => op.tanh(op.pow(x, 3)),
      () => op.relu(x),
      () => op.clamp(x, { min: -1, max: 1 }),
      () => op.abs(x),
    ];
    return this.pick(functions, () => x)();
  }

  /** A choice by a condition that does not depend on rounding. */
  private chosen(x: Value): Value {
    const condition = this.addLeaf(x.type.shape, this.int(2) === 0 ? "bool" : "int32");
    const truth = condition.type.dtype === "bool" ? condition : op.gt(condition, 0);
    return op.where(truth, x, this.int(2) === 0 ? 0.5 : op.neg(x));
  }

  private folded(x: Value): Value {
    const rank = x.type.shape.length;
    const dims = rank === 0 || this.int(3) === 0 ? null : [this.int(rank)];
    const keepdim = this.int(2) === 0;
    switch (this.int(4)) {
      case 0:
        return op.amax(x, { dims, keepdim });
      case 1:
        return op.tanh(op.sum(x, { dims, keepdim }));
      case 2:
        return rank > 0 ? op.softmax(x, { dim: rank - 1 }) : op.mean(x);
      default:
        return op.mean(x, { dims, keepdim });
    }
  }

  private viewed(x: Value): Value {
    const { shape } = x.type;
    const rank = shape.length;
    if (rank === 0) return op.expand(x, { shape: [this.pick(extents, 2)] });
    if (this.int(3) === 0) return op.reshape(x, { shape: this.int(2) === 0 ? [-1] : [...shape, 1] });
    if (rank > 1) {
      const from = this.int(rank);
      return op.transpose(x, { dim0: from, dim1: (from + 1) % rank });
    }
    return op.expand(x, { shape: [this.pick(extents, 2), ...shape] });
  }

  private sliced(x: Value): Value {
    const rank = x.type.shape.length;
    if (rank === 0) return op.neg(x);
    const dim = this.int(rank);
    const extent = x.type.shape[dim] ?? 1;
    const start = this.int(extent);
    const step = 1 + this.int(3);
    const part = op.slice(x, { dim, start, step });
    if (this.int(2) === 0) return part;
    return op.sliceBackward(op.cos(part), { shape: x.type.shape, dim, start, step });
  }

  private product(x: Value): Value {
    const [rows, inner] = x.type.shape;
    if (x.type.shape.length !== 2 || rows === undefined || inner === undefined) return op.square(op.tanh(x));
    const matching = this.values.filter((y) => y.type.shape.length === 2 && y.type.shape[0] === inner);
    const other =
      matching.length > 0 && this.int(2) === 0 ? this.pick(matching, x) : this.addLeaf([inner, this.pick(extents, 5)]);
    return op.tanh(op.mm(this.int(2) === 0 ? op.sin(x) : x, other));
  }
}

/** The step of a seed: the same for every caller. */
export function randomStep(seed: number, options: RandomStepOptions): RandomStep {
  const maker = new StepMaker(seed, options.float);
  const { tape, slots } = maker;
  const request = recordWith(tape, (): CompileRequest => {
    maker.start();
    for (let i = 0; i < options.ops; i++) maker.step();
    const loss = maker.finish();
    const writes: { slot: SlotId; value: Value }[] = maker.last.map((value, i) => ({ slot: `out${i}`, value }));
    for (const { slot, value } of writes) {
      slots.set(slot, tensorData(value.type.dtype, value.type.shape, []));
    }
    const gradients = options.gradients?.(tape, loss);
    for (const { slot, value } of maker.leaves) {
      const gradient = gradients ? gradients.get(value) : op.cos(value);
      if (gradient) writes.push({ slot, value: op.sub(value, op.mul(gradient, 0.1)) });
    }
    return { writes, given: new Map(), ring: [loss] };
  });
  return { request, slots };
}
