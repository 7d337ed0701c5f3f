/** @file One dispatch as a WGSL module: what all kernels share around their own statements. */
import type { PlanBuffer } from "../../compile/plan";
import type { DType } from "../../ir/dtype";
import type { ScalarFunction } from "../../scalar/functions";
import { wgslPrelude } from "../../scalar/wgsl-prelude";
import { wgslType } from "./scalar-text";

/** One dispatch: its module, its grid, and the buffers whose places it is told at run time. */
export interface Dispatch {
  readonly wgsl: string;
  readonly workgroups: number;
  /** Plan buffers in the order of their bases in the record; the record's first word is 0. */
  readonly buffers: readonly number[];
  readonly label: string;
}

/** The most workgroups one dispatch may have along x on every adapter. */
export const maxWorkgroups = 65535;

/** What the statements of a module use: buffers, each with the name of the index of its first element, and functions. */
export class ModuleUses {
  readonly used: number[] = [];
  readonly functions = new Set<ScalarFunction>();
  readonly #buffers: readonly PlanBuffer[];

  constructor(buffers: readonly PlanBuffer[]) {
    this.#buffers = buffers;
  }

  base(buffer: number): string {
    let position = this.used.indexOf(buffer);
    if (position < 0) position = this.used.push(buffer) - 1;
    return `b${position}`;
  }

  dtypeOf(buffer: number): DType {
    const found = this.#buffers[buffer];
    if (!found) throw new Error(`Invariant: buffer ${buffer} of ${this.#buffers.length}`);
    wgslType(found.dtype, bufferName(found));
    return found.dtype;
  }
}

/** How an error names a buffer. */
export function bufferName(buffer: PlanBuffer): string {
  return buffer.place.kind === "slot" ? `"${buffer.place.slot}"` : `a ${buffer.place.kind} value`;
}

const components = ["x", "y", "z", "w"] as const;

function word(index: number): string {
  return `u[${Math.floor(index / 4)}].${components[index % 4] ?? "x"}`;
}

/** Words of a dispatch's record: the zero and the bases, rounded up to whole vectors. */
export function recordWords(bufferCount: number): number {
  return Math.ceil((bufferCount + 1) / 4) * 4;
}

/** The module around a kernel's statements: `zero` and the bases are in scope, and `group`, `local` and `groups`. */
export function moduleText(options: {
  readonly uses: ModuleUses;
  readonly workgroupSize: number;
  readonly declarations?: readonly string[];
  readonly body: string;
}): string {
  const count = options.uses.used.length;
  const lines = [
    ...(options.uses.functions.size === 0 ? [] : [wgslPrelude(options.uses.functions)]),
    `@group(0) @binding(0) var<storage, read_write> m: array<u32>;`,
    `@group(0) @binding(1) var<uniform> u: array<vec4<u32>, ${recordWords(count) / 4}>;`,
    ...(options.declarations ?? []),
    `@compute @workgroup_size(${options.workgroupSize})`,
    `fn main(@builtin(workgroup_id) groupId: vec3<u32>, @builtin(local_invocation_index) local: u32, @builtin(num_workgroups) groupCount: vec3<u32>) {`,
    `  let group = groupId.x;`,
    `  let groups = groupCount.x;`,
    `  let zero = ${word(0)};`,
    ...options.uses.used.map((_, i) => `  let b${i} = ${word(i + 1)};`),
    options.body,
    `}`,
  ];
  return `${lines.join("\n")}\n`;
}
