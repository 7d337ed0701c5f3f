/** @file assemble: scheduled groups become a Plan: kernels, numbered buffers, scratch offsets, counts and the key. */
import { storageBytes } from "../ir/dtype";
import { hashText } from "../ir/hash-text";
import type { Pieces } from "../ir/pieces";
import { elementCount } from "../ir/shape";
import { allocate } from "./allocate";
import { countFlops } from "./costs";
import { emit } from "./emit";
import type { Group } from "./group";
import type { Kernel, Plan, PlanBuffer } from "./plan";
import { readsOf } from "./task";
import type { Root } from "./term";

/** Kernels assembled in one piece. */
const pieceKernels = 64;

/** Computed tensors that other groups, or the ring, read. */
function storedRoots(groups: readonly Group[], ring: readonly Root[]): Set<Root> {
  const stored = new Set(ring);
  for (const group of groups) {
    const made = new Set(group.members.map((m) => m.task.target));
    for (const { task } of group.members) for (const root of readsOf(task)) if (!made.has(root)) stored.add(root);
  }
  return stored;
}

function buffersOf(kernel: Kernel): Set<number> {
  const nodes = kernel.kind === "loop" ? [...kernel.body, ...kernel.epilogue] : kernel.epilogue;
  const stores = kernel.kind === "loop" ? [...kernel.stores, ...kernel.epilogueStores] : kernel.epilogueStores;
  const loads = nodes.flatMap((n) => (n.kind === "load" ? [n.buffer] : []));
  const operands = kernel.kind === "contract" ? [kernel.a.buffer, kernel.b.buffer] : [];
  return new Set([...loads, ...operands, ...stores.map((s) => s.buffer)]);
}

/** The Plan of groups in their final order. */
export function* assemble(groups: readonly Group[], ring: readonly Root[]): Pieces<Plan> {
  const stored = storedRoots(groups, ring);
  const numbers = new Map<Root, number>();
  const buffer = (root: Root): number => {
    const known = numbers.get(root);
    if (known !== undefined) return known;
    numbers.set(root, numbers.size);
    return numbers.size - 1;
  };
  const kernels: Kernel[] = [];
  for (const group of groups) {
    if (kernels.length % pieceKernels === pieceKernels - 1) yield;
    kernels.push(emit(group, { buffer, isStored: (root) => stored.has(root) }));
  }
  const ringBuffers = ring.map(buffer);
  const touched = kernels.map(buffersOf);
  const roots = [...numbers.keys()];
  const scratch = roots.filter((root) => root.place.kind === "computed");
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  touched.forEach((set, at) => {
    for (const number of set) {
      if (!first.has(number)) first.set(number, at);
      last.set(number, at);
    }
  });
  for (const number of ringBuffers) last.set(number, kernels.length);
  const lifetimes = scratch.map((root) => {
    const number = buffer(root);
    const bytes = elementCount(root.shape) * storageBytes(root.dtype);
    return { bytes, first: first.get(number) ?? 0, last: last.get(number) ?? 0 };
  });
  const area = allocate(lifetimes);
  const offsets = new Map(scratch.map((root, i) => [root, area.offsets[i] ?? 0]));
  const buffers = roots.map((root): PlanBuffer => {
    const { dtype, label } = root;
    const count = elementCount(root.shape);
    if (root.place.kind !== "computed") return { dtype, count, place: root.place, label };
    const offset = offsets.get(root) ?? 0;
    return { dtype, count, place: { kind: "scratch", offset }, label };
  });
  const slotBytes = buffers.reduce((n, b) => n + (b.place.kind === "slot" ? b.count * storageBytes(b.dtype) : 0), 0);
  const content = { buffers, kernels, ring: ringBuffers };
  return { key: planKey(content), ...content, scratchBytes: area.bytes, slotBytes, flops: countFlops(kernels) };
}

/** Of everything a backend sees; labels and the content of data (its hash stands for it) are left out. */
function planKey(content: Pick<Plan, "buffers" | "kernels" | "ring">): string {
  const text = JSON.stringify(content, (name, value: unknown) => {
    if (name === "label" || name === "data") return undefined;
    if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) return Object.is(value, -0) ? "-0" : String(value); // prettier-ignore
    return value;
  });
  return hashText(text);
}
