/** @file Loop kernels without reductions: an invocation computes one point, or several a grid apart. */
import type { LoopKernel, PlanBuffer } from "../../compile/plan";
import { elementCount } from "../../ir/shape";
import type { KernelStyle } from "./kernel-style";
import { ModuleUses, maxWorkgroups, moduleText, type Dispatch } from "./kernel-text";
import { writeNodes, writeStores } from "./node-text";
import { Scope } from "./scope";

const workgroupSize = 64;
/** On a software adapter a long loop costs less than many workgroups; below this many there are enough for its cores. */
const softwareGroups = 16;

/** One dispatch that runs the body at every point of the axes; null when there is none. */
export function emitPointwise(kernel: LoopKernel, buffers: readonly PlanBuffer[], style: KernelStyle): Dispatch | null {
  const total = elementCount(kernel.axes);
  if (total === 0) return null;
  const uses = new ModuleUses(buffers);
  const outer = new Scope();
  const inner = new Scope(outer);
  const context = {
    uses,
    zero: "zero",
    spans: [{ variable: "i", extents: kernel.axes, scope: inner }],
    constants: outer,
  };
  const values = writeNodes(kernel.body, context, inner);
  writeStores(kernel.stores, values, context, inner);
  const needed = Math.ceil(total / workgroupSize);
  const workgroups = Math.min(needed, style === "software" ? softwareGroups : maxWorkgroups);
  const start = `group * ${workgroupSize}u + local`;
  const body =
    needed > workgroups
      ? [
          outer.text(1),
          `  for (var i = ${start}; i < ${total}u; i += groups * ${workgroupSize}u) {`,
          inner.text(2),
          `  }`,
        ]
      : [
          outer.text(1),
          `  let i = ${start};`,
          ...(total % workgroupSize === 0 ? [] : [`  if (i >= ${total}u) { return; }`]),
          inner.text(1),
        ];
  return {
    wgsl: moduleText({ uses, workgroupSize, body: body.join("\n") }),
    workgroups,
    buffers: uses.used,
    label: kernel.label,
  };
}
