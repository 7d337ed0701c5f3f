/** @file A plan's kernels as dispatches: long sums are split in two, small products become loops. */
import type { ContractKernel, Kernel, LoopKernel, Plan, PlanBuffer } from "../../compile/plan";
import type { DType } from "../../ir/dtype";
import { contiguousStrides, elementCount } from "../../ir/shape";
import { alignUp } from "./free-list";
import { contractShape, isTiled } from "./contract-shape";
import { emitContract } from "./emit-contract";
import { emitPointwise } from "./emit-pointwise";
import { emitRegisterContract } from "./emit-register-contract";
import { emitReduce } from "./emit-reduce";
import type { KernelStyle } from "./kernel-style";
import type { Dispatch } from "./kernel-text";
import { reduceShape } from "./reduce-shape";

/** A plan in WGSL. */
export interface EmittedPlan {
  /** In order; each one's stores are seen by all after it. */
  readonly dispatches: readonly Dispatch[];
  /** The plan's buffers, and behind them the workspaces, which lie in scratch behind the plan's own. */
  readonly buffers: readonly PlanBuffer[];
  /** Bytes of scratch, workspaces included. */
  readonly scratchBytes: number;
}

/** Workspaces of one plan: a kernel's two dispatches follow each other, so all kernels share the room. */
class Workspaces {
  readonly buffers: PlanBuffer[];
  readonly #start: number;
  #offset = 0;
  scratchBytes: number;

  constructor(plan: Plan) {
    this.buffers = [...plan.buffers];
    this.#start = alignUp(plan.scratchBytes, 16);
    this.scratchBytes = plan.scratchBytes;
  }

  /** Forgets the last kernel's. */
  restart(): void {
    this.#offset = this.#start;
  }

  take(dtype: DType, count: number): number {
    const place = { kind: "scratch", offset: this.#offset } as const;
    this.#offset = alignUp(this.#offset + count * 4, 16);
    this.scratchBytes = Math.max(this.scratchBytes, this.#offset);
    return this.buffers.push({ dtype, count, place }) - 1;
  }
}

/** The second half of a split kernel: folds [split, …axes] over the splits, then the epilogue. */
function foldPartials(
  kernel: Pick<LoopKernel, "axes" | "reductions" | "epilogue" | "epilogueStores" | "label">,
  splits: number,
  partials: readonly number[],
): LoopKernel {
  const strides = [...contiguousStrides(kernel.axes), elementCount(kernel.axes)];
  return {
    kind: "loop",
    axes: kernel.axes,
    reduceAxes: [splits],
    body: kernel.reductions.map(({ dtype }, i) => {
      const buffer = partials[i];
      if (buffer === undefined) throw new Error("Invariant: a reduction without partials");
      return { kind: "load", buffer, access: { offset: 0, strides }, dtype };
    }),
    stores: [],
    reductions: kernel.reductions.map(({ monoid, dtype }, i) => ({ monoid, node: i, dtype })),
    epilogue: kernel.epilogue,
    epilogueStores: kernel.epilogueStores,
    label: kernel.label,
  };
}

function emitLoop(kernel: LoopKernel, workspaces: Workspaces, style: KernelStyle): (Dispatch | null)[] {
  if (kernel.reduceAxes.length === 0) return [emitPointwise(kernel, workspaces.buffers, style)];
  const shape = reduceShape(kernel, style);
  if (shape.splits === 1) return [emitReduce(kernel, workspaces.buffers, shape, null)];
  const outputs = elementCount(kernel.axes);
  const partials = kernel.reductions.map(({ dtype }) => workspaces.take(dtype, outputs * shape.splits));
  const second = foldPartials(kernel, shape.splits, partials);
  return [
    emitReduce(kernel, workspaces.buffers, shape, partials),
    emitReduce(second, workspaces.buffers, { ...reduceShape(second, style), splits: 1 }, null),
  ];
}

/** The product as a loop over [batch, m, n] that sums over k: for small ones and integers. */
function productLoop(kernel: ContractKernel): LoopKernel {
  const { a, b, dtype } = kernel;
  return {
    kind: "loop",
    axes: [kernel.batch, kernel.m, kernel.n],
    reduceAxes: [kernel.k],
    body: [
      {
        kind: "load",
        buffer: a.buffer,
        access: { offset: a.offset, strides: [a.strides[0], a.strides[1], 0, a.strides[2]] },
        dtype,
      },
      {
        kind: "load",
        buffer: b.buffer,
        access: { offset: b.offset, strides: [b.strides[0], 0, b.strides[2], b.strides[1]] },
        dtype,
      },
      { kind: "call", fn: "mul", args: [0, 1], dtype },
    ],
    stores: [],
    reductions: [{ monoid: "sum", node: 2, dtype }],
    epilogue: kernel.epilogue,
    epilogueStores: kernel.epilogueStores,
    label: kernel.label,
  };
}

function emitProduct(kernel: ContractKernel, workspaces: Workspaces, style: KernelStyle): (Dispatch | null)[] {
  if (!isTiled(kernel)) return emitLoop(productLoop(kernel), workspaces, style);
  if (style === "software") return [emitRegisterContract(kernel, workspaces.buffers)];
  const shape = contractShape(kernel);
  if (shape.splits === 1) return [emitContract(kernel, workspaces.buffers, shape, null)];
  const axes = [kernel.batch, kernel.m, kernel.n];
  const partials = workspaces.take(kernel.dtype, elementCount(axes) * shape.splits);
  const reductions = [{ monoid: "sum", node: 0, dtype: kernel.dtype }] as const;
  const second = foldPartials({ ...kernel, axes, reductions }, shape.splits, [partials]);
  return [
    emitContract(kernel, workspaces.buffers, shape, partials),
    emitReduce(second, workspaces.buffers, { ...reduceShape(second, style), splits: 1 }, null),
  ];
}

function emitKernel(kernel: Kernel, workspaces: Workspaces, style: KernelStyle): (Dispatch | null)[] {
  workspaces.restart();
  return kernel.kind === "loop" ? emitLoop(kernel, workspaces, style) : emitProduct(kernel, workspaces, style);
}

/** Emits every kernel of a plan; DeviceError "unsupported" where one needs float64. */
export function emitPlan(plan: Plan, style: KernelStyle): EmittedPlan {
  const workspaces = new Workspaces(plan);
  const dispatches = plan.kernels
    .flatMap((kernel) => emitKernel(kernel, workspaces, style))
    .filter((dispatch) => dispatch !== null);
  return { dispatches, buffers: workspaces.buffers, scratchBytes: workspaces.scratchBytes };
}
