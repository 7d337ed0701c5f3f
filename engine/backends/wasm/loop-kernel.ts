/** @file Emits a loop kernel: its nest of loops, four lanes along one axis, reductions in several partial sums. */
import type { LoopKernel, Store } from "../../compile/plan";
import { coalesce } from "./coalesce";
import { FunctionBuilder, type Local } from "./function-builder";
import { laneType, makeLaneGraph, type LaneGraph, type LaneType } from "./lane-graph";
import { chooseLoopShape, lanes, type LoopShape } from "./loop-shape";
import { accumulator, spellCombine, spellFoldLanes, spellIdentity } from "./monoid";
import { NestPointers, type PlacedBuffer } from "./nest-pointers";
import { NestValues, pushAddress, type Form } from "./nest-values";
import { spellVectorConstant } from "./spell-lanes";

/** What a kernel's code needs from the module around it. */
export interface KernelSurroundings {
  readonly buffers: readonly PlacedBuffer[];
  closureIndex(fn: string): number;
}

/**
 * Note [Partial sums] — Float32 sums lose about one rounding per addition. Each reduction therefore runs in lanes ×
 * copies accumulators, and every `blockTurns` turns these are added to a total and start again, so that the error
 * grows with the turns of a block plus the number of blocks, not with the length. PyTorch's cascade sum is as good.
 */
const blockTurns = 64;

/** What a caller does inside the outer loops of a nest: the tiles of a product are made there. */
export interface NestHooks {
  /** So many outermost axes keep their place and are not taken in vectors. */
  readonly pinned: number;
  /** The buffer that is filled where `entered` is told of this depth, and not to be read before. */
  readonly filled: { readonly buffer: number; readonly depth: number };
  /** Called with the nest's pointers once `depth` loops are entered, before what lies deeper. */
  entered(depth: number, pointers: NestPointers): void;
}

interface Accumulators {
  readonly locals: readonly (readonly Local[])[];
  readonly form: Form;
}

class NestEmitter {
  private readonly shape: LoopShape;
  private readonly body: LaneGraph;
  private readonly epilogue: LaneGraph;
  private readonly pointers: NestPointers;
  private readonly bodyValues: NestValues;
  private readonly epilogueValues: NestValues;
  private readonly types: readonly LaneType[];
  private section: { form: Form; copies: number } = { form: "scalar", copies: 1 };
  private totals: Accumulators = { locals: [], form: "scalar" };

  constructor(
    private readonly f: FunctionBuilder,
    private readonly kernel: LoopKernel,
    surroundings: KernelSurroundings,
    private readonly hooks: NestHooks | null = null,
  ) {
    this.body = makeLaneGraph(kernel.body);
    this.epilogue = makeLaneGraph(kernel.epilogue);
    this.shape = chooseLoopShape(kernel, this.body, this.epilogue, hooks?.pinned ?? 0);
    this.types = kernel.reductions.map((reduction) => laneType(reduction.dtype));
    this.pointers = new NestPointers(f, this.shape, surroundings.buffers);
    for (const node of [...kernel.body, ...kernel.epilogue]) {
      if (node.kind === "load") this.pointers.declare(node.buffer, node.access);
    }
    for (const store of [...kernel.stores, ...kernel.epilogueStores]) {
      this.pointers.declare(store.buffer, store.access);
    }
    const context = {
      f,
      shape: this.shape,
      pointers: this.pointers,
      closureIndex: (fn: string) => surroundings.closureIndex(fn),
      inVector: () => this.section.form === "vector",
      reductionLocal: (index: number, copy: number) => this.totals.locals[index]?.[copy] ?? 0,
      earliestLevel: (buffer: number) => (hooks?.filled.buffer === buffer ? hooks.filled.depth : 0),
      reductionsVary: this.shape.vectorAxis !== null && this.shape.vectorAxis < this.shape.parallel,
    };
    const bodyRoots = [...kernel.stores, ...kernel.reductions].map(({ node }) => this.body.of[node] ?? 0);
    this.bodyValues = new NestValues(context, this.body, bodyRoots, this.shape.order.length);
    const epilogueRoots = kernel.epilogueStores.map(({ node }) => this.epilogue.of[node] ?? 0);
    this.epilogueValues = new NestValues(context, this.epilogue, epilogueRoots, this.shape.parallel);
  }

  emit(): void {
    if (this.kernel.axes.some((extent) => extent === 0)) return;
    this.parallelLoops(0);
  }

  private parallelLoops(depth: number): void {
    this.hooks?.entered(depth, this.pointers);
    if (depth < this.shape.parallel) this.loop(depth, () => this.parallelLoops(depth + 1));
    else if (this.kernel.reductions.length === 0) this.bodyPoint(null);
    else {
      const { form, copies } = this.section;
      this.totals = this.makeAccumulators(form, copies);
      if (!this.kernel.reduceAxes.some((extent) => extent === 0)) this.reduceLoops(depth);
      this.stores(this.kernel.epilogueStores, this.epilogue, this.epilogueValues);
    }
  }

  private reduceLoops(depth: number): void {
    const { order, parallel } = this.shape;
    const innermost = order.length - 1;
    if (order.length === parallel) this.bodyPoint(this.totals);
    else if (depth < innermost) this.loop(depth, () => this.reduceLoops(depth + 1));
    else this.innermostReduceLoop(depth);
  }

  /** Sets up the loop over order[depth] and emits its parts. */
  private loop(depth: number, inside: () => void): void {
    this.enterLoop(depth, (axis, extent) => {
      const { vectorAxis, copies } = this.shape;
      if (axis !== vectorAxis) return this.turns(depth, 0, extent, 1, null, inside);
      for (const part of vectorParts(extent, copies)) {
        this.inSection(part.form, part.copies, () => this.turns(depth, part.from, part.to, part.step, null, inside));
      }
    });
  }

  private enterLoop(depth: number, parts: (axis: number, extent: number) => void): void {
    const axis = this.shape.order[depth] ?? 0;
    const extent = this.shape.extents[axis] ?? 1;
    this.bodyValues.hoist(depth, this.section.copies);
    this.epilogueValues.hoist(depth, this.section.copies);
    if (extent === 1) return parts(axis, extent);
    this.pointers.enter(axis, depth);
    parts(axis, extent);
    this.pointers.leave(axis, depth);
  }

  private inSection(form: Form, copies: number, inside: () => void): void {
    const outer = this.section;
    this.section = { form, copies };
    inside();
    this.section = outer;
  }

  /** Turns from coordinate `from` to `to` (or to what the local `limit` holds), `step` at a time. */
  private turns(depth: number, from: number, to: number, step: number, limit: Local | null, inside: () => void): void {
    const { f, pointers } = this;
    const axis = this.shape.order[depth] ?? 0;
    const once = (): void => {
      this.bodyValues.open();
      this.epilogueValues.open();
      inside();
      this.bodyValues.close();
      this.epilogueValues.close();
      pointers.advance(axis, depth, step);
    };
    if (to <= from) return;
    if (to - from === step && limit === null) return once();
    f.loopWhile(once, () => {
      pointers.pushCoordinate(axis);
      if (limit === null) f.i32(to);
      else f.get(limit);
      f.op("i32.lt_s");
    });
  }

  private makeAccumulators(form: Form, copies: number): Accumulators {
    const locals = this.types.map((type) =>
      Array.from({ length: copies }, () => accumulator(this.f, type, form === "vector")),
    );
    const made: Accumulators = { locals, form };
    this.clear(made);
    return made;
  }

  private clear(accumulators: Accumulators): void {
    for (const [index, { monoid }] of this.kernel.reductions.entries()) {
      const type = this.types[index] ?? "f32";
      for (const local of accumulators.locals[index] ?? []) {
        spellIdentity(this.f, local, monoid, type, accumulators.form === "vector");
      }
    }
  }

  private innermostReduceLoop(depth: number): void {
    this.enterLoop(depth, (axis, extent) => {
      const { vectorAxis, copies, order, parallel } = this.shape;
      if (axis === vectorAxis) {
        for (const part of vectorParts(extent, copies)) {
          this.inSection(part.form, part.copies, () => this.foldPart(depth, part));
        }
        return;
      }
      const isWhole = order.length - parallel === 1 && extent <= 2 * blockTurns;
      if (isWhole) this.turns(depth, 0, extent, 1, null, () => this.bodyPoint(this.totals));
      else this.foldBlocks(depth, { from: 0, to: extent, step: 1 }, (partial) => this.addTo(this.totals, partial));
    });
  }

  /** A part of a loop whose vectors lie along the reduced axis itself. */
  private foldPart(depth: number, part: LoopPart): void {
    if (part.form === "scalar") {
      return this.turns(depth, part.from, part.to, part.step, null, () => this.bodyPoint(this.totals));
    }
    const whole = this.makeAccumulators("vector", 1);
    this.foldBlocks(depth, part, (partial) => this.addTo(whole, partial));
    for (const [index, { monoid }] of this.kernel.reductions.entries()) {
      const [from = 0, into = 0] = [whole.locals[index]?.[0], this.totals.locals[index]?.[0]];
      spellFoldLanes(this.f, from, into, monoid, this.types[index] ?? "f32");
    }
  }

  /** See Note [Partial sums]. `flush` takes the partial results of each block. */
  private foldBlocks(
    depth: number,
    { from, to, step }: Pick<LoopPart, "from" | "to" | "step">,
    flush: (partial: Accumulators) => void,
  ): void {
    const { f, pointers } = this;
    const axis = this.shape.order[depth] ?? 0;
    const block = blockTurns * step;
    const blocks = to - from > 2 * block ? Math.floor((to - from) / block) : 0;
    const rest = from + blocks * block;
    const partial = this.makeAccumulators(this.section.form, this.section.copies);
    const inside = (): void => this.bodyPoint(partial);
    if (blocks > 0) {
      const limit = f.local("i32");
      f.loopWhile(
        () => {
          this.clear(partial);
          pointers.pushCoordinate(axis);
          f.i32(block).op("i32.add").set(limit);
          this.turns(depth, from, rest, step, limit, inside);
          flush(partial);
        },
        () => {
          pointers.pushCoordinate(axis);
          f.i32(rest).op("i32.lt_s");
        },
      );
      this.clear(partial);
    }
    if (rest === to) return;
    this.turns(depth, rest, to, step, null, inside);
    flush(partial);
  }

  /** Adds partial results, copies pairwise where there is one accumulator for all of them. */
  private addTo(into: Accumulators, partial: Accumulators): void {
    const { f } = this;
    const vector = partial.form === "vector";
    for (const [index, { monoid }] of this.kernel.reductions.entries()) {
      const type = this.types[index] ?? "f32";
      const parts = partial.locals[index] ?? [];
      const targets = into.locals[index] ?? [];
      if (targets.length === parts.length) {
        for (const [copy, target] of targets.entries()) {
          spellCombine(f, target, monoid, type, vector, () => f.get(parts[copy] ?? 0));
        }
        continue;
      }
      for (let distance = 1; distance < parts.length; distance *= 2) {
        for (let copy = 0; copy + distance < parts.length; copy += 2 * distance) {
          spellCombine(f, parts[copy] ?? 0, monoid, type, vector, () => f.get(parts[copy + distance] ?? 0));
        }
      }
      spellCombine(f, targets[0] ?? 0, monoid, type, vector, () => f.get(parts[0] ?? 0));
    }
  }

  /** The body at one point, or at the points of all copies. */
  private bodyPoint(accumulators: Accumulators | null): void {
    const { form, copies } = this.section;
    for (let copy = 0; copy < copies; copy++) {
      for (const [index, { monoid, node }] of this.kernel.reductions.entries()) {
        const into = accumulators?.locals[index]?.[copy] ?? 0;
        const value = (): void => this.bodyValues.push(this.body.of[node] ?? 0, copy, form);
        spellCombine(this.f, into, monoid, this.types[index] ?? "f32", form === "vector", value);
      }
    }
    this.stores(this.kernel.stores, this.body, this.bodyValues);
  }

  /** All values first, then the stores: a value may be read from what another store replaces. */
  private stores(stores: readonly Store[], graph: LaneGraph, values: NestValues): void {
    const { f } = this;
    const { form, copies } = this.section;
    const vectorStride = (store: Store): number => store.access.strides[this.shape.vectorAxis ?? 0] ?? 0;
    for (let copy = 0; copy < copies; copy++) {
      const ready = stores.map((store) => {
        const node = graph.of[store.node] ?? 0;
        const type = graph.nodes[node]?.type ?? "f32";
        const local = accumulator(f, type, form === "vector");
        values.push(node, copy, form);
        if (form === "vector" && type === "bool") {
          spellVectorConstant(f, 1, "i32");
          f.op("v128.and");
        }
        f.set(local);
        return { store, type, local };
      });
      for (const { store, type, local } of ready) {
        const address = this.pointers.address(store.buffer, store.access);
        if (form === "scalar") {
          const offset = pushAddress(f, address, 0);
          f.get(local).memory(type === "f32" ? "f32.store" : type === "f64" ? "f64.store" : "i32.store", offset);
        } else if (vectorStride(store) === 1) {
          const offset = pushAddress(f, address, copy * lanes * 4);
          f.get(local).memory("v128.store", offset);
        } else {
          for (let lane = 0; lane < lanes; lane++) {
            const offset = pushAddress(f, address, (copy * lanes + lane) * vectorStride(store) * 4);
            f.get(local).laneMemory("v128.store32_lane", offset, lane);
          }
        }
      }
    }
  }
}

interface LoopPart {
  readonly form: Form;
  readonly copies: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** The loop over the vector axis in up to three parts: unrolled vectors, single vectors, scalars. */
function vectorParts(extent: number, copies: number): LoopPart[] {
  const wide = lanes * copies;
  const unrolled = Math.floor(extent / wide) * wide;
  const whole = Math.floor(extent / lanes) * lanes;
  const parts: LoopPart[] = [
    { form: "vector", copies, from: 0, to: unrolled, step: wide },
    { form: "vector", copies: 1, from: unrolled, to: whole, step: lanes },
    { form: "scalar", copies: 1, from: whole, to: extent, step: 1 },
  ];
  return parts.filter((part) => part.to > part.from);
}

/** Adds the code of a loop kernel to a function. */
export function emitLoopKernel(f: FunctionBuilder, kernel: LoopKernel, surroundings: KernelSurroundings): void {
  new NestEmitter(f, coalesce(kernel), surroundings).emit();
}

/** Adds the code of a nest as it is, its axes neither dropped nor merged, with hooks inside its outer loops. */
export function emitHookedNest(
  f: FunctionBuilder,
  kernel: LoopKernel,
  surroundings: KernelSurroundings,
  hooks: NestHooks,
): void {
  new NestEmitter(f, kernel, surroundings, hooks).emit();
}
