/** @file How a product is laid over workgroups: the tile of each, and how many share the sum over k. */
import type { ContractKernel } from "../../compile/plan";

export interface ContractShape {
  readonly tileM: number;
  readonly tileN: number;
  /** Steps of k in shared memory at once. */
  readonly depth: number;
  /** Workgroups that share one tile's sum; more than one needs a second kernel. */
  readonly splits: number;
  readonly invocations: number;
}

const enoughGroups = 64;
/** Longest chain of additions into one sum: a longer k is split, which also keeps the rounding error small. */
const longestSum = 2048;
const shortestSplit = 256;

/** Whether tiles pay: below it a product is a loop kernel with a reduction. */
export function isTiled(kernel: ContractKernel): boolean {
  return kernel.dtype === "float32" && kernel.batch > 0 && kernel.m >= 8 && kernel.n >= 8 && kernel.k >= 4;
}

function groupsWith(kernel: ContractKernel, tile: number): number {
  return Math.ceil(kernel.m / tile) * Math.ceil(kernel.n / tile) * kernel.batch;
}

/** Large tiles where they still give every core one; k is split where few tiles have long sums. */
export function contractShape(kernel: ContractKernel): ContractShape {
  const tile = groupsWith(kernel, 64) >= enoughGroups ? 64 : 32;
  const groups = groupsWith(kernel, tile);
  const wanted = Math.max(1, Math.floor(enoughGroups / groups));
  const splits = Math.max(Math.min(wanted, Math.floor(kernel.k / shortestSplit)), Math.ceil(kernel.k / longestSum), 1);
  return { tileM: tile, tileN: tile, depth: 16, splits, invocations: (tile / 4) ** 2 };
}
