/** @file The Plan: one step (forward, backward, update) as kernels over allocated buffers. All that backends see. */
import type { DType } from "../ir/dtype";
import type { Monoid } from "../ir/op";
import type { TensorData } from "../ir/tensor";
import type { SlotId } from "../ir/value";
import type { ScalarFunction } from "../scalar/functions";

/** Concrete, immutable and free of op names: equal keys mean equal plans. */
export interface Plan {
  readonly key: string;
  readonly buffers: readonly PlanBuffer[];
  /** Run in this order. Each one's stores are seen by all after it. */
  readonly kernels: readonly Kernel[];
  /** Buffers of one element whose value is reported after each step: the loss first. */
  readonly ring: readonly number[];
  /** Bytes of scratch shared by all temporaries (liveness-reused), and of the slots it touches. */
  readonly scratchBytes: number;
  readonly slotBytes: number;
  /** Floating-point operations of one step, a multiply-add counted as two. */
  readonly flops: number;
}

export interface PlanBuffer {
  readonly dtype: DType;
  /** Elements. */
  readonly count: number;
  /** For people: the value it holds. */
  readonly label?: string;
  readonly place:
    /** State: read, written, or both in one step. Allocated by the device under its slot id. */
    | { readonly kind: "slot"; readonly slot: SlotId }
    /** Byte offset into the scratch area, a multiple of 16; ranges of buffers that live at once are disjoint. */
    | { readonly kind: "scratch"; readonly offset: number }
    /** Constant data, uploaded once and shared by hash. */
    | { readonly kind: "data"; readonly hash: string; readonly data: TensorData };
}

/**
 * Where an iteration point lies in a buffer: offset + Σ stride·coordinate, in elements, over the axes then the
 * reduce axes. With guards the element exists only where every guard holds, and reads as 0 elsewhere.
 */
export interface Access {
  readonly offset: number;
  readonly strides: readonly number[];
  readonly guards?: readonly Guard[];
}

/** low ≤ coordinate < high and (coordinate − low) % step = 0; the axis then counts (coordinate − low) / step. */
export interface Guard {
  readonly axis: number;
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** One scalar computed at an iteration point; `args` are positions of earlier nodes of the same list. */
export type KernelNode =
  | { readonly kind: "load"; readonly buffer: number; readonly access: Access; readonly dtype: DType }
  | { readonly kind: "constant"; readonly value: number; readonly dtype: DType }
  /** The coordinate along an axis (axes, then reduce axes). */
  | { readonly kind: "coordinate"; readonly axis: number; readonly dtype: "int32" }
  | {
      readonly kind: "call";
      readonly fn: ScalarFunction;
      readonly args: readonly number[];
      readonly dtype: DType;
    }
  /** In an epilogue only: the finished reduction of that position (a contract's product is reduction 0). */
  | { readonly kind: "reduction"; readonly index: number; readonly dtype: DType };

export interface Store {
  readonly buffer: number;
  readonly access: Access;
  /** Position of the node whose value is stored, converted to the buffer's dtype by then. */
  readonly node: number;
}

/**
 * A loop nest: `body` at every point of axes × reduceAxes, its `stores` made there; the reductions fold over
 * reduceAxes; then `epilogue` at every point of axes with the finished reductions, and its stores. Without
 * reduceAxes there are no reductions and the epilogue is empty. Aliasing rule: a kernel reads a buffer it also
 * stores only at the very element it stores, or only in its body while it stores in the epilogue and axes is empty.
 */
export interface LoopKernel {
  readonly kind: "loop";
  readonly axes: readonly number[];
  readonly reduceAxes: readonly number[];
  readonly body: readonly KernelNode[];
  readonly stores: readonly Store[];
  readonly reductions: readonly { readonly monoid: Monoid; readonly node: number; readonly dtype: DType }[];
  readonly epilogue: readonly KernelNode[];
  readonly epilogueStores: readonly Store[];
  /** For people: the nodes it came from. */
  readonly label: string;
}

/** C[b,m,n] = Σₖ A[b,m,k]·B[b,k,n] over strided operands, then an epilogue over [b, m, n] as in LoopKernel. */
export interface ContractKernel {
  readonly kind: "contract";
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly dtype: DType;
  readonly a: ContractOperand;
  readonly b: ContractOperand;
  readonly epilogue: readonly KernelNode[];
  readonly epilogueStores: readonly Store[];
  readonly label: string;
}

export interface ContractOperand {
  readonly buffer: number;
  readonly offset: number;
  /** Elements per batch, row and column: A by (b, m, k), B by (b, k, n). */
  readonly strides: readonly [number, number, number];
}

export type Kernel = LoopKernel | ContractKernel;
