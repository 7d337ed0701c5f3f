/** @file Test support: what every plan promises its backends, checked: allocation, aliasing, shapes of accesses. */
import { storageBytes } from "../ir/dtype";
import { accessKey } from "./access";
import type { Kernel, KernelNode, Plan, Store } from "./plan";

interface Touch {
  readonly buffer: number;
  readonly key: string;
  readonly phase: "body" | "epilogue" | "operand";
}

function loadsOf(nodes: readonly KernelNode[], phase: Touch["phase"]): Touch[] {
  return nodes.flatMap((n) => (n.kind === "load" ? [{ buffer: n.buffer, key: accessKey(n.access), phase }] : []));
}

function storesOf(stores: readonly Store[], phase: Touch["phase"]): Touch[] {
  return stores.map((s) => ({ buffer: s.buffer, key: accessKey(s.access), phase }));
}

function touches(kernel: Kernel): { readonly loads: Touch[]; readonly stores: Touch[] } {
  const epilogue = loadsOf(kernel.epilogue, "epilogue");
  const late = storesOf(kernel.epilogueStores, "epilogue");
  if (kernel.kind === "contract") {
    const operands = [kernel.a, kernel.b].map(({ buffer }): Touch => ({ buffer, key: "all", phase: "operand" }));
    return { loads: [...operands, ...epilogue], stores: late };
  }
  return {
    loads: [...loadsOf(kernel.body, "body"), ...epilogue],
    stores: [...storesOf(kernel.stores, "body"), ...late],
  };
}

/** Whether two buffers share memory. */
function overlap(plan: Plan, x: number, y: number): boolean {
  const [a, b] = [plan.buffers[x], plan.buffers[y]];
  if (!a || !b || x === y) return x === y;
  if (a.place.kind !== "scratch" || b.place.kind !== "scratch") return false;
  const end = (buffer: typeof a, offset: number): number => offset + buffer.count * storageBytes(buffer.dtype);
  return a.place.offset < end(b, b.place.offset) && b.place.offset < end(a, a.place.offset);
}

function aliasingFaults(plan: Plan, kernel: Kernel): string[] {
  const { loads, stores } = touches(kernel);
  const faults: string[] = [];
  for (const store of stores) {
    for (const load of loads) {
      if (!overlap(plan, store.buffer, load.buffer)) continue;
      const same = store.buffer === load.buffer && load.key === store.key && load.phase === store.phase;
      const before =
        load.phase === "body" && store.phase === "epilogue" && kernel.kind === "loop" && kernel.axes.length === 0;
      if (!same && !before) faults.push(`${kernel.label}: reads b${load.buffer} where it stores b${store.buffer}`);
    }
    const twice = stores.some((other) => other !== store && overlap(plan, other.buffer, store.buffer));
    if (twice) faults.push(`${kernel.label}: stores b${store.buffer} twice`);
  }
  return faults;
}

/** Everything wrong with a plan, in words; empty when it keeps its promises. */
export function planFaults(plan: Plan): string[] {
  const faults = plan.kernels.flatMap((kernel) => aliasingFaults(plan, kernel));
  plan.buffers.forEach(({ place, count, dtype }, i) => {
    if (place.kind !== "scratch") return;
    const end = place.offset + count * storageBytes(dtype);
    if (place.offset % 16 !== 0 || end > plan.scratchBytes) faults.push(`b${i} lies at ${place.offset} to ${end}`);
  });
  // What each read finds: the buffer written there last, or the fault.
  const holder = new Map<number, number>();
  plan.kernels.forEach((kernel, at) => {
    const { loads, stores } = touches(kernel);
    const check = (buffer: number, who: string): void => {
      if (plan.buffers[buffer]?.place.kind !== "scratch") return;
      if (holder.get(buffer) === undefined) faults.push(`${who} reads b${buffer}, which is not written or overwritten`);
    };
    for (const load of loads) check(load.buffer, `kernel ${at}`);
    for (const { buffer } of stores) {
      for (const other of holder.keys()) if (overlap(plan, other, buffer)) holder.delete(other);
      holder.set(buffer, at);
    }
  });
  for (const buffer of plan.ring) {
    if (plan.buffers[buffer]?.place.kind === "scratch" && !holder.has(buffer))
      faults.push(`the ring reads b${buffer}, which is gone`);
  }
  return faults;
}
