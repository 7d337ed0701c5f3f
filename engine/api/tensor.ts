/** @file Tensor: a value that program code holds. Calling a method records; numbers come with `await`. */
import { backward } from "../autodiff/walk";
import type { DType } from "../ir/dtype";
import { isFloat } from "../ir/dtype";
import { invariant } from "../ir/refusal";
import { contiguousStrides, printShape, type Shape } from "../ir/shape";
import type { TensorData, TypedArray } from "../ir/tensor";
import { recordWith } from "../ir/recorder";
import type { Value } from "../ir/value";
import { expand, to } from "../ops";
import { readThrough, sharedStorage, stridesAfter, writeThrough, type ViewStep } from "../tape/shared-storage";
import { explain } from "./message";
import type { TensorMethods } from "./op-types";
import { runtime } from "./runtime";
import type { Segment } from "./segment";
import type { Storage } from "./storage";

/** Where a tensor's content is: in a storage, or a value of a segment (which may have ended). */
export type TensorPlace =
  | { readonly kind: "storage"; readonly storage: Storage }
  | { readonly kind: "value"; readonly segment: Segment; readonly value: Value };

/** Numbers as nested lists, outermost dimension first. */
export type NestedNumbers = number | readonly NestedNumbers[];

export interface BackwardSettings {
  /** Keeps the graph, so that a further backward may pass through it. */
  readonly retainGraph?: boolean;
  /** Records the gradients as differentiable themselves. */
  readonly createGraph?: boolean;
  /** The tensors whose gradients are wanted; without it, every leaf. */
  readonly inputs?: readonly Tensor[];
}

/**
 * Note [Views]: values are never written, so a tensor that is a view of another knows that one and how it reads it. What is
 * written to the view goes to its base, and a view whose base was written since is read anew when it is next asked.
 * A detached tensor shares the elements and not the history: it is the base of its own views, and writing to it, or to
 * what it was made from, leaves the history of the other as it is.
 */
interface View {
  readonly base: Tensor;
  /** One "cut", or none. */
  readonly steps: readonly ViewStep[];
  /** Of its elements in memory; a regrouping that these do not allow is a copy. */
  readonly strides: readonly number[];
  /** Whether gradients pass from it to the base. */
  readonly tracked: boolean;
  /** The base's version when it was last read. */
  seen: number;
}

function isCut(view: View | null): boolean {
  return view?.steps[0]?.map.kind === "cut";
}

/** Leaves by the value that stands for them in a segment. */
const leaves = new WeakMap<Value, Tensor>();

// The methods come from the registry of ops (op-methods.ts); their types are TensorMethods.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface Tensor extends TensorMethods {}

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export class Tensor {
  /** The gradient that backward accumulated; null before, and after it is cleared. */
  grad: Tensor | null = null;
  private placeNow: TensorPlace;
  private viewed: View | null = null;
  /** How often its content was replaced. */
  private writes = 0;
  private readonly meta: { readonly dtype: DType; readonly shape: Shape };

  constructor(place: TensorPlace) {
    this.placeNow = place;
    const { dtype, shape } = place.kind === "storage" ? place.storage.type : place.value.type;
    this.meta = { dtype, shape };
    if (place.kind === "value") {
      if (place.value.isLeaf) leaves.set(place.value, this);
      place.segment.show(place.value);
    }
  }

  private get place(): TensorPlace {
    const { viewed } = this;
    if (viewed && viewed.seen !== viewed.base.version) this.readAnew(viewed);
    return this.placeNow;
  }

  private set place(place: TensorPlace) {
    this.placeNow = place;
  }

  /** Grows with each write to its elements, whoever made it. */
  private get version(): number {
    return this.writes + (this.viewed?.base.version ?? 0);
  }

  private readAnew(view: View): void {
    const { segment } = runtime;
    const { tape } = segment;
    view.seen = view.base.version;
    const base = view.base.value(segment);
    const read = (): Value => recordWith(tape, () => readThrough(view.steps, base));
    const numbers = view.tracked ? tape.withGrad(read) : tape.noGrad(read);
    const { placeNow: before } = this;
    const isLeaf = before.kind === "value" ? before.value.isLeaf : before.storage.requiresGrad;
    const value = isCut(view) || isLeaf ? this.withHistory(tape.detach(numbers)) : numbers;
    segment.show(value);
    this.placeNow = { kind: "value", segment, value };
  }

  /** Notes that it was just made from another tensor by one op that may share its memory. Note [Views]. */
  shareWith(other: Tensor): void {
    if (this.placeNow.kind !== "value") return;
    const end = other.value();
    const { base: found, steps } = sharedStorage(this.placeNow.value, (value) => value === end);
    if (found !== end) return;
    let strides: readonly number[] | null = other.viewed?.strides ?? contiguousStrides(other.shape);
    for (const step of steps) strides = strides && stridesAfter(step, strides);
    if (!strides) return;
    const isDetached = steps.some(({ map }) => map.kind === "cut");
    const through = isDetached || isCut(other.viewed) ? null : other.viewed;
    const base = through?.base ?? other;
    const tracked = runtime.gradEnabled && (through?.tracked ?? true);
    this.viewed = { base, steps: [...(through?.steps ?? []), ...steps], strides, tracked, seen: base.version };
  }

  get shape(): Shape {
    return this.meta.shape;
  }

  get dtype(): DType {
    return this.meta.dtype;
  }

  /** Whether backward passes through it. */
  get requiresGrad(): boolean {
    return this.place.kind === "storage" ? this.place.storage.requiresGrad : this.place.value.requiresGrad;
  }

  /** Whether program code made it, rather than an op that gradients pass through. */
  get isLeaf(): boolean {
    if (this.place.kind === "storage") return !this.place.storage.historyEnded;
    return this.place.value.isLeaf || !this.place.value.requiresGrad;
  }

  /** PyTorch's name of its backward node, such as AddBackward0; null for leaves. */
  get gradFn(): string | null {
    return this.place.kind === "value" ? this.place.value.gradFn : null;
  }

  /** Its value in the open segment: for ops, layers and optimisers. */
  value(segment: Segment = runtime.segment): Value {
    if (this.place.kind === "value") {
      if (this.place.segment === segment) return this.place.value;
      const storage = runtime.store(this.place.segment, this.place.value);
      if (!storage) throw new Error(this.goneMessage());
      this.place = { kind: "storage", storage };
    }
    const value = segment.read(this.place.storage);
    if (value.isLeaf) leaves.set(value, this);
    return runtime.isFrozen(this) ? segment.tape.detach(value) : value;
  }

  /** The host data of a tensor that holds nothing else: one just made from data or drawn. */
  initial(): TensorData | null {
    return this.place.kind === "storage" && this.place.storage.lastWrite < 0 ? this.place.storage.host : null;
  }

  /** Where its content is now: of a view that is to be read anew, where that of its base is. */
  currentPlace(): TensorPlace {
    const { viewed } = this;
    return viewed && viewed.seen !== viewed.base.version ? viewed.base.currentPlace() : this.placeNow;
  }

  /** The storage it has; only tensors made from data have one from the start. */
  ownStorage(): Storage {
    invariant(this.place.kind === "storage", "the tensor has no storage");
    return this.place.storage;
  }

  private goneMessage(): string {
    return (
      `tensor ${printShape(this.shape)}: it belongs to an earlier step, whose memory was used again; ` +
      "expected a tensor of this step. Read it before the next step, or use keep() where it is made."
    );
  }

  /** Keeps the content for use in later steps: it gets memory of its own. */
  keep(): this {
    if (this.place.kind === "value" && !this.requiresGrad) {
      const { segment, value } = this.place;
      this.assign(value, runtime.createStorage(value.type, null), segment);
    }
    return this;
  }

  private assign(value: Value, storage: Storage, segment: Segment): void {
    segment.write(storage, value);
    this.place = { kind: "storage", storage };
  }

  /** Replaces the content: what an in-place op does. Refuses a leaf that requires a gradient outside noGrad. */
  replace(value: Value): this {
    const { segment } = runtime;
    const { shape, dtype } = this;
    if (value.type.shape.join() !== shape.join()) {
      throw new Error(
        `in place: the result has shape ${printShape(value.type.shape)}, expected ${printShape(shape)}. Use the op without "_".`,
      );
    }
    if (value.type.dtype !== dtype) {
      throw new Error(`in place: result type ${value.type.dtype} can't be cast to the desired output type ${dtype}.`);
    }
    const { viewed } = this;
    if (runtime.gradEnabled) this.refuseLeaf(viewed && !isCut(viewed) ? viewed.base : this);
    if (viewed) this.carry(viewed, value);
    this.writes++;
    const ended = this.place.kind === "value" && this.place.segment !== segment;
    if (ended) this.value(segment);
    const { place } = this;
    if (place.kind === "storage" && !value.requiresGrad) {
      const { storage } = place;
      const leaf = storage.requiresGrad ? segment.tape.leaf(value) : value;
      if (leaf.isLeaf) leaves.set(leaf, this);
      segment.write(storage, leaf);
    } else {
      // Inside noGrad only the numbers change.
      const kept = value.requiresGrad || runtime.gradEnabled ? value : this.withHistory(value);
      segment.show(kept);
      this.place = { kind: "value", segment, value: kept };
    }
    return this;
  }

  /** Writes to the base what is written to a view of it. */
  private carry(view: View, value: Value): void {
    const { base, steps } = view;
    const { segment } = runtime;
    const before = base.value(segment);
    const numbers = isCut(view) ? segment.tape.detach(value) : value;
    const write = (): Tensor =>
      base.replace(runtime.record(({ tape }) => recordWith(tape, () => writeThrough(steps, before, numbers))));
    explain("in place", () => (isCut(view) ? runtime.withoutGrad(write) : write()));
    view.seen = base.version;
  }

  private refuseLeaf(written: Tensor): void {
    if (!written.requiresGrad || !written.isLeaf) return;
    const what = written === this ? "a leaf Variable" : "a view of a leaf Variable";
    throw new Error(
      `${what} that requires grad is being used in an in-place operation. Update it inside noGrad(() => …).`,
    );
  }

  /** The numbers of a value with the history that this tensor has: the leaf, or the result of the op, that it was. */
  private withHistory(value: Value): Value {
    const { segment } = runtime;
    const { tape } = segment;
    const { placeNow } = this;
    const before = placeNow.kind === "storage" ? segment.read(placeNow.storage) : placeNow.value;
    if (!before.requiresGrad) return value;
    if (before.isLeaf) {
      const leaf = tape.leaf(value);
      leaves.set(leaf, this);
      return leaf;
    }
    // A graph of an earlier step is gone, and so is the way back through it.
    if (placeNow.kind === "value" && placeNow.segment !== segment) return value;
    const name = before.gradFn ?? "";
    const pass = { name, inputs: [before], inner: [value], backward: (grads: readonly (Value | null)[]) => grads };
    return tape.withGrad(() => tape.boundary(pass))[0] ?? value;
  }

  /** Takes the contents of another tensor, broadcast and converted to its own shape and dtype. */
  copy_(source: Tensor): this {
    const value = runtime.record(({ tape }) =>
      recordWith(tape, () => {
        const same = source.dtype === this.dtype ? source.value() : to(source.value(), { dtype: this.dtype });
        return source.shape.join() === this.shape.join() ? same : expand(same, { shape: this.shape });
      }),
    );
    return explain("copy_", () => this.replace(value));
  }

  /** Makes it a leaf that requires a gradient (or not, with false); returns itself. */
  requiresGrad_(on = true): this {
    if (on === this.requiresGrad) return this;
    if (!this.isLeaf) {
      throw new Error("you can only change requires_grad flags of leaf variables. Use detach() first.");
    }
    const { segment } = runtime;
    const value = this.value(segment);
    if (!on) {
      this.place = { kind: "value", segment, value: segment.tape.detach(value) };
      return this;
    }
    const { place } = this;
    const host = place.kind === "storage" && place.storage.passing ? place.storage.host : null;
    if (host) {
      if (!isFloat(this.dtype)) explain("requiresGrad", () => segment.tape.leaf(value));
      this.place = { kind: "storage", storage: runtime.createStorage(this.meta, host, { requiresGrad: true }) };
      return this;
    }
    const leaf = explain("requiresGrad", () => segment.tape.leaf(value));
    leaves.set(leaf, this);
    this.place = { kind: "value", segment, value: leaf };
    return this;
  }

  /** Gradients of every leaf it was made of, added to their `grad`. A cotangent is needed unless it has one element. */
  backward(cotangent?: Tensor | null, settings: BackwardSettings = {}): void {
    const { segment } = runtime;
    const root = this.value(segment);
    const given = cotangent ? cotangent.value(segment) : null;
    const { inputs, ...kept } = settings;
    const options = inputs ? { ...kept, inputs: inputs.map((input) => input.value(segment)) } : kept;
    const gradients = explain("backward", () => backward(segment.tape, root, given, options));
    segment.passBackward(root, settings.retainGraph === true || settings.createGraph === true);
    const reached = gradients.leaves.map((leaf) => {
      const tensor = leaves.get(leaf);
      const gradient = gradients.of(leaf);
      invariant(tensor && gradient, "a leaf has no tensor");
      return { tensor, gradient };
    });
    for (const { tensor } of reached) {
      if (tensor.place.kind === "storage" && tensor.place.storage.historyEnded) {
        throw new Error(
          `backward: it reaches a tensor ${printShape(tensor.shape)} that was made before the last update, whose graph is ` +
            "gone. Compute it again after the update, or detach() it.",
        );
      }
    }
    for (const { tensor, gradient } of reached) {
      const added = new Tensor({ kind: "value", segment, value: gradient });
      const before = tensor.grad;
      if (before === null) tensor.grad = added;
      else if (settings.createGraph === true) tensor.grad = before.add(added);
      else if (before.requiresGrad) tensor.grad = runtime.withoutGrad(() => before.add(added));
      // In place, as in PyTorch: a gradient that goes on from step to step keeps its memory, and steps their plan.
      else runtime.withoutGrad(() => before.replace(before.add(added).value()));
    }
  }

  /** Its gradient as it is now, whatever a later backward adds; throws where backward has not left one. */
  gradient(): Tensor {
    const { segment } = runtime;
    if (this.grad) return new Tensor({ kind: "value", segment, value: this.grad.value(segment) });
    throw new Error(
      `gradient: tensor ${printShape(this.shape)} has none, expected backward() to have reached it. Call backward() first.`,
    );
  }

  /** The contents once everything they depend on has run: dtype, shape and row-major data. */
  async data(): Promise<TensorData> {
    const { place } = this;
    if (place.kind === "storage") return runtime.readStorage(place.storage);
    const data = await runtime.readValue(place.segment, place.value);
    if (!data) throw new Error(this.goneMessage());
    return data;
  }

  /** The number a tensor of one element holds. */
  async item(): Promise<number> {
    const { data } = await this.data();
    const [number] = data;
    if (number === undefined || data.length !== 1) {
      throw new Error(
        `item: the tensor has shape ${printShape(this.shape)}, expected one element. Use toArray() or tolist().`,
      );
    }
    return number;
  }

  /** A copy of the contents as a flat, row-major array. */
  async toArray(): Promise<TypedArray> {
    return (await this.data()).data.slice();
  }

  /** The contents as nested lists; a scalar is a number. */
  async tolist(): Promise<NestedNumbers> {
    const { data, shape } = await this.data();
    return nest(data, shape, 0, data.length);
  }

  toString(): string {
    const flags = this.gradFn ? `, gradFn=<${this.gradFn}>` : this.requiresGrad ? ", requiresGrad" : "";
    return `Tensor(${printShape(this.shape)}, ${this.dtype}${flags})`;
  }
}

function nest(data: TypedArray, shape: Shape, start: number, count: number): NestedNumbers {
  const [extent, ...inner] = shape;
  if (extent === undefined) return data[start] ?? NaN;
  const size = extent === 0 ? 0 : count / extent;
  return Array.from({ length: extent }, (_, i) => nest(data, inner, start + i * size, size));
}

/** Where the tensors among some arguments are. */
export function placesOf(items: readonly unknown[]): readonly TensorPlace[] {
  return items.flatMap((item) => (item instanceof Tensor ? [item.currentPlace()] : []));
}
