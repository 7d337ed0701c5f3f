/** @file printPlan: a plan as text that people and golden tests read. */
import type { Access, Kernel, KernelNode, Plan, Store } from "./plan";

function printAccess({ offset, strides, guards }: Access): string {
  const start = offset === 0 ? "" : `${offset}+`;
  const where = guards?.map((g) => ` i${g.axis}∈${g.low}:${g.high}${g.step === 1 ? "" : `:${g.step}`}`).join("") ?? "";
  return `[${start}${strides.join(" ")}${where}]`;
}

function printNode(node: KernelNode): string {
  switch (node.kind) {
    case "load":
      return `load b${node.buffer}${printAccess(node.access)}`;
    case "constant":
      return `${Object.is(node.value, -0) ? "-0" : node.value} ${node.dtype}`;
    case "coordinate":
      return `i${node.axis}`;
    case "reduction":
      return `r${node.index}`;
    case "call":
      return `${node.fn}${node.fn === "convert" ? ` ${node.dtype}` : ""} ${node.args.map((a) => `%${a}`).join(" ")}`;
  }
}

function printList(nodes: readonly KernelNode[], stores: readonly Store[], indent: string): string[] {
  return [
    ...nodes.map((node, i) => `${indent}%${i} = ${printNode(node)}`),
    ...stores.map((s) => `${indent}store b${s.buffer}${printAccess(s.access)} = %${s.node}`),
  ];
}

function printKernel(kernel: Kernel, at: number): string[] {
  if (kernel.kind === "contract") {
    const { batch, m, n, k, a, b } = kernel;
    const side = (o: typeof a): string => `b${o.buffer}${printAccess({ offset: o.offset, strides: o.strides })}`;
    return [
      `kernel ${at}: contract [${batch} ${m} ${n}] over ${k}: ${side(a)} × ${side(b)}`,
      ...printList(kernel.epilogue, kernel.epilogueStores, "  "),
    ];
  }
  const reduce = kernel.reduceAxes.length === 0 ? "" : ` fold [${kernel.reduceAxes.join(" ")}]`;
  const lines = [
    `kernel ${at}: loop [${kernel.axes.join(" ")}]${reduce}`,
    ...printList(kernel.body, kernel.stores, "  "),
  ];
  kernel.reductions.forEach((r, i) => lines.push(`  r${i} = ${r.monoid} %${r.node}`));
  if (kernel.epilogue.length > 0) lines.push("  then", ...printList(kernel.epilogue, kernel.epilogueStores, "    "));
  return lines;
}

/** Buffers, then kernels in order. */
export function printPlan(plan: Plan): string {
  const buffers = plan.buffers.map(({ dtype, count, place }, i) => {
    const at =
      place.kind === "slot" ? `slot ${place.slot}` : place.kind === "scratch" ? `scratch @${place.offset}` : "data";
    const ring = plan.ring.includes(i) ? ", reported" : "";
    return `b${i}: ${dtype} × ${count}, ${at}${ring}`;
  });
  const totals = `${plan.kernels.length} kernels, ${plan.flops} flops, scratch ${plan.scratchBytes} bytes`;
  return [totals, ...buffers, ...plan.kernels.flatMap(printKernel)].join("\n");
}
