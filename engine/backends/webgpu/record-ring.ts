/** @file The ring: a one-invocation kernel that appends a step's reported values to a list in the arena. */
import type { Dispatch } from "./kernel-text";
import { ModuleUses, moduleText } from "./kernel-text";
import type { PlanBuffer } from "../../compile/plan";

/**
 * Copies each ring value behind the last: the first word of the ring's block counts what it holds. The block is the
 * buffer `ringBlock`; null when a plan reports nothing.
 */
export function emitRing(ring: readonly number[], buffers: readonly PlanBuffer[], ringBlock: number): Dispatch | null {
  if (ring.length === 0) return null;
  const uses = new ModuleUses(buffers);
  const block = uses.base(ringBlock);
  const body = [
    `  let at = ${block} + 1u + m[${block}];`,
    ...ring.map((buffer, i) => `  m[at + ${i}u] = m[${uses.base(buffer)}];`),
    `  m[${block}] += ${ring.length}u;`,
  ];
  return {
    wgsl: moduleText({ uses, workgroupSize: 1, body: body.join("\n") }),
    workgroups: 1,
    buffers: uses.used,
    label: "ring",
  };
}
