/** @file How a reduction is laid over workgroups: outputs beside each other, lanes that share one output, and splits. */
import type { LoopKernel } from "../../compile/plan";
import { elementCount } from "../../ir/shape";
import { softwareLanes, type KernelStyle } from "./kernel-style";

export interface ReduceShape {
  /** Outputs of one workgroup; times lanes it is the workgroup's size. */
  readonly outputsPerGroup: number;
  /** A power of two: invocations that share an output and fold in a tree at the end. */
  readonly lanes: number;
  /** Workgroups that share an output; more than one needs a second kernel. */
  readonly splits: number;
  /** Whether neighbouring invocations walk the reduced points (rows) or the outputs (columns). */
  readonly lanesFastest: boolean;
}

const groupSize = 256;
/** Bytes of shared memory that every adapter has. */
const sharedBytes = 16384;
/** Points beyond which one workgroup per output keeps a GPU idle. */
const splitAbove = 32768;
const pointsPerSplit = 8192;
const mostGroups = 256;

function ceilPowerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(n, 1)));
}

function floorPowerOfTwo(n: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(n, 1)));
}

/** True when more loads are neighbours in memory along the outputs than along the reduced points. */
function walksOutputs(kernel: LoopKernel): boolean {
  const innermost = (from: number, extents: readonly number[]): number => {
    for (let axis = extents.length - 1; axis >= 0; axis--) if ((extents[axis] ?? 1) > 1) return from + axis;
    return -1;
  };
  const output = innermost(0, kernel.axes);
  const point = innermost(kernel.axes.length, kernel.reduceAxes);
  let votes = 0;
  for (const node of kernel.body) {
    if (node.kind !== "load") continue;
    if (Math.abs(node.access.strides[output] ?? 0) === 1) votes++;
    if (Math.abs(node.access.strides[point] ?? 0) === 1) votes--;
  }
  return votes > 0;
}

/** On a software adapter: SIMD lanes over outputs, or over points where there are few outputs; splits for its cores. */
function softwareShape(outputs: number, points: number): ReduceShape {
  if (outputs >= 64) return { outputsPerGroup: 16, lanes: 1, splits: 1, lanesFastest: false };
  const splits = points >= splitAbove / 4 && outputs <= 4 ? 4 : 1;
  return { outputsPerGroup: 1, lanes: softwareLanes, splits, lanesFastest: true };
}

/** A layout that keeps loads together and invocations busy. */
export function reduceShape(kernel: LoopKernel, style: KernelStyle): ReduceShape {
  const outputs = elementCount(kernel.axes);
  const points = elementCount(kernel.reduceAxes);
  if (style === "software") {
    const shape = softwareShape(outputs, points);
    return kernel.reductions.length > 0 ? shape : { ...shape, splits: 1 };
  }
  if (points <= 16 || (outputs >= 16384 && points <= 1024 && walksOutputs(kernel))) {
    return { outputsPerGroup: 64, lanes: 1, splits: 1, lanesFastest: false };
  }
  const columns = walksOutputs(kernel);
  const largestGroup = Math.min(groupSize, floorPowerOfTwo(sharedBytes / 4 / Math.max(kernel.reductions.length, 1)));
  // Eight points or more for each lane, so that the tree is the smaller part.
  const wantedLanes = Math.min(largestGroup, Math.max(8, floorPowerOfTwo(points / 8)));
  const outputsPerGroup = columns
    ? Math.min(32, largestGroup, ceilPowerOfTwo(outputs))
    : Math.min(ceilPowerOfTwo(outputs), Math.max(1, Math.min(64, largestGroup) / wantedLanes));
  const lanes = Math.min(wantedLanes, largestGroup / outputsPerGroup);
  const groups = Math.ceil(outputs / outputsPerGroup);
  const splits =
    kernel.reductions.length > 0 && points * outputsPerGroup >= splitAbove && groups < mostGroups / 2
      ? Math.max(1, Math.min(Math.floor(mostGroups / groups), Math.ceil((points * outputsPerGroup) / pointsPerSplit)))
      : 1;
  return { outputsPerGroup, lanes, splits: Math.min(splits, points), lanesFastest: !columns };
}
