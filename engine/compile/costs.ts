/** @file What a plan costs: floating-point operations, and the tensors that take most memory. */
import { storageBytes } from "../ir/dtype";
import { refuse } from "../ir/refusal";
import type { Kernel, KernelNode, Plan } from "./plan";

const free: ReadonlySet<string> = new Set(["convert", "select"]);

function callsOf(nodes: readonly KernelNode[]): number {
  return nodes.reduce(
    (n, node) => n + (node.kind === "call" && node.dtype !== "int32" && !free.has(node.fn) ? 1 : 0),
    0,
  );
}

function product(extents: readonly number[]): number {
  return extents.reduce((n, extent) => n * extent, 1);
}

function kernelFlops(kernel: Kernel): number {
  if (kernel.kind === "contract") {
    const elements = kernel.batch * kernel.m * kernel.n;
    return elements * (2 * kernel.k + callsOf(kernel.epilogue));
  }
  const outer = product(kernel.axes);
  const inner = outer * product(kernel.reduceAxes);
  return inner * (callsOf(kernel.body) + kernel.reductions.length) + outer * callsOf(kernel.epilogue);
}

/** Operations on numbers that are not int32 (those are addresses), a multiply-add counted as two. */
export function countFlops(kernels: readonly Kernel[]): number {
  return kernels.reduce((sum, kernel) => sum + kernelFlops(kernel), 0);
}

/** One tensor of a plan and the memory it takes. */
export interface PlanCost {
  readonly label: string;
  readonly bytes: number;
  readonly kind: "slot" | "scratch" | "data";
}

/** Every tensor of a plan, the largest first. Scratch tensors may share their bytes. */
export function planCosts(plan: Plan): PlanCost[] {
  const costs = plan.buffers.map(({ place, count, dtype, label }) => {
    const named = place.kind === "slot" ? place.slot : (label ?? place.kind);
    return { label: named, bytes: count * storageBytes(dtype), kind: place.kind };
  });
  return costs.sort((a, b) => b.bytes - a.bytes);
}

/** All bytes of a plan: scratch, slots and data. */
export function planBytes(plan: Plan): number {
  const data = plan.buffers.reduce((n, b) => n + (b.place.kind === "data" ? b.count * storageBytes(b.dtype) : 0), 0);
  return plan.scratchBytes + plan.slotBytes + data;
}

function printBytes(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** unit).toPrecision(3))} ${units[unit] ?? ""}`;
}

/** The tensors that make a plan large, as a sentence ends with them: `fc1 · mm (4 GiB), w1 (1 GiB)`. */
export function printLargest(plan: Plan, most = 3): string {
  const costs = planCosts(plan).slice(0, most);
  return costs.map(({ label, bytes }) => `${label} (${printBytes(bytes)})`).join(", ");
}

/** Refuses (memory.budget) a plan of more bytes than the budget, naming the values that cost most. Allocates nothing. */
export function requireWithin(plan: Plan, budgetBytes: number): void {
  const needed = planBytes(plan);
  if (needed <= budgetBytes) return;
  refuse("memory.budget", {
    needed: printBytes(needed),
    budget: printBytes(budgetBytes),
    largest: printLargest(plan),
  });
}
