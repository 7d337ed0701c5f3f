/** @file Decides how a loop kernel is walked: the order of its axes, which one is taken four lanes at a time, how far unrolled. */
import type { Access, LoopKernel } from "../../compile/plan";
import { hasLanes, type LaneGraph } from "./lane-graph";

/** Lanes of a v128 of 32-bit elements. */
export const lanes = 4;

export interface LoopShape {
  readonly extents: readonly number[];
  /** Axes from the outermost loop in; the parallel ones first. */
  readonly order: readonly number[];
  readonly parallel: number;
  /** The axis that vectors lie along, or null for scalars only. */
  readonly vectorAxis: number | null;
  /** Vectors handled at once along it. */
  readonly copies: number;
}

interface Candidate {
  readonly axis: number | null;
  readonly cost: number;
}

function memoryCost(access: Access, axis: number): number {
  const stride = access.strides[axis] ?? 0;
  return stride === 0 ? 0 : stride === 1 ? 1 : 6;
}

/** Estimated instructions of the whole kernel with vectors along `axis` (null: none). */
function costOf(kernel: LoopKernel, extents: readonly number[], arithmetic: number, axis: number | null): number {
  const points = extents.reduce((product, extent) => product * extent, 1);
  const loads = kernel.body.flatMap((node) => (node.kind === "load" ? [node.access] : []));
  const accesses = [...loads, ...kernel.stores.map((store) => store.access)];
  const perScalar = arithmetic + accesses.length + 1;
  if (axis === null) return points * perScalar;
  const extent = extents[axis] ?? 1;
  const perVector = arithmetic + 1 + accesses.reduce((sum, access) => sum + memoryCost(access, axis), 0);
  const row = Math.floor(extent / lanes) * perVector + (extent % lanes) * perScalar;
  const isReduced = axis >= kernel.axes.length;
  const folding = isReduced ? 15 * kernel.reductions.length : 0;
  return (points / extent) * (row + folding);
}

function hasGuardOn(kernel: LoopKernel, axis: number): boolean {
  const nodes = [...kernel.body, ...kernel.epilogue];
  return nodes.some((node) => node.kind === "load" && (node.access.guards ?? []).some((guard) => guard.axis === axis));
}

function chooseVectorAxis(
  kernel: LoopKernel,
  extents: readonly number[],
  arithmetic: number,
  pinned: number,
): number | null {
  let best: Candidate = { axis: null, cost: costOf(kernel, extents, arithmetic, null) };
  for (const [axis, extent] of extents.entries()) {
    if (axis < pinned || extent < lanes || hasGuardOn(kernel, axis)) continue;
    const cost = costOf(kernel, extents, arithmetic, axis);
    if (cost < best.cost) best = { axis, cost };
  }
  return best.axis;
}

/** How many vectors at once: enough to hide latencies, few enough to stay in registers. */
function chooseCopies(kernel: LoopKernel, extent: number, arithmetic: number): number {
  const vectors = Math.floor(extent / lanes);
  const sums = Math.max(1, kernel.reductions.length);
  const wanted = kernel.reductions.length > 0 ? Math.floor(8 / sums) : Math.floor(24 / Math.max(1, arithmetic));
  let copies = 1;
  while (copies * 2 <= Math.min(wanted, 4, vectors)) copies *= 2;
  return arithmetic > 40 ? 1 : copies;
}

/** The shape for a kernel and the graphs of its body and epilogue; `pinned` outermost axes are left as they are. */
export function chooseLoopShape(kernel: LoopKernel, body: LaneGraph, epilogue: LaneGraph, pinned: number): LoopShape {
  const extents = [...kernel.axes, ...kernel.reduceAxes];
  const parallel = kernel.axes.length;
  const isArithmetic = (kind: string): boolean => kind !== "load" && kind !== "constant" && kind !== "reduction";
  const arithmetic = body.nodes.filter((node) => isArithmetic(node.kind)).length + kernel.reductions.length;
  const nodes = [...body.nodes, ...epilogue.nodes];
  const possible = nodes.every(hasLanes) && kernel.reductions.every((r) => r.dtype !== "float64");
  const vectorAxis = possible ? chooseVectorAxis(kernel, extents, arithmetic, pinned) : null;
  const axes = extents.map((_, axis) => axis);
  if (vectorAxis === null) return { extents, order: axes, parallel, vectorAxis, copies: 1 };
  const last = vectorAxis < parallel ? parallel - 1 : extents.length - 1;
  const order = axes.filter((axis) => axis !== vectorAxis);
  order.splice(last, 0, vectorAxis);
  return { extents, order, parallel, vectorAxis, copies: chooseCopies(kernel, extents[vectorAxis] ?? 1, arithmetic) };
}
