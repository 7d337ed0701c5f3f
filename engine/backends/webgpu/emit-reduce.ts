/** @file Loop kernels with reductions: invocations share the points of each output and fold them in a tree. */
import type { KernelNode, LoopKernel, PlanBuffer } from "../../compile/plan";
import { elementCount } from "../../ir/shape";
import type { Span } from "./access-text";
import type { TypedName } from "./call-text";
import { ModuleUses, maxWorkgroups, moduleText, type Dispatch } from "./kernel-text";
import { combineText, neutralText } from "./monoid-text";
import { writeNodes, writeStores } from "./node-text";
import type { ReduceShape } from "./reduce-shape";
import { toWord, wgslType } from "./scalar-text";
import { Scope } from "./scope";

/**
 * Points folded in one run before the result is added to the sum of runs: with the runs, the lanes and the tree this
 * keeps the rounding error of a sum near that of a cascade (Higham, "The accuracy of floating point summation", 1993).
 */
const runLength = 64;

/** Where the partial results of a split reduction go: one buffer per reduction, [split, output]. */
export type Partials = readonly number[];

/** True of a load or coordinate that is the same at all reduced points: nothing that the body stores may change it. */
function isInvariant(node: KernelNode, kernel: LoopKernel): boolean {
  const reduced = (axis: number): boolean => axis >= kernel.axes.length;
  if (node.kind === "coordinate") return !reduced(node.axis);
  if (node.kind !== "load") return false;
  const { strides, guards = [] } = node.access;
  return (
    strides.every((stride, axis) => stride === 0 || !reduced(axis)) &&
    !guards.some((guard) => reduced(guard.axis)) &&
    !kernel.stores.some((store) => store.buffer === node.buffer)
  );
}

/** One dispatch of a reduction. With partials it stores those and leaves the epilogue to a second kernel. */
export function emitReduce(
  kernel: LoopKernel,
  buffers: readonly PlanBuffer[],
  shape: ReduceShape,
  partials: Partials | null,
): Dispatch | null {
  const outputs = elementCount(kernel.axes);
  const points = elementCount(kernel.reduceAxes);
  if (outputs === 0) return null;
  const { outputsPerGroup, lanes, splits, lanesFastest } = shape;
  const size = outputsPerGroup * lanes;
  const uses = new ModuleUses(buffers);
  const reductions = kernel.reductions.map(({ monoid, node, dtype }) => ({
    monoid,
    node,
    dtype,
    type: wgslType(dtype, `a ${monoid}`),
  }));

  const outer = new Scope();
  const perOutput = new Scope(outer);
  const perPoint = new Scope(perOutput);
  const outputSpan: Span = { variable: "i", extents: kernel.axes, scope: perOutput };
  const context = {
    uses,
    zero: "zero",
    constants: outer,
  };

  // The body at one point, folded into the run.
  const spans = [outputSpan, { variable: "r", extents: kernel.reduceAxes, scope: perPoint }];
  const values = writeNodes(
    kernel.body,
    { ...context, spans, invariant: { scope: perOutput, isInvariant: (node) => isInvariant(node, kernel) } },
    perPoint,
  );
  writeStores(kernel.stores, values, { ...context, spans }, perPoint);
  reductions.forEach(({ monoid, dtype, node }, i) => {
    const value = values[node];
    if (!value) throw new Error(`Invariant: a reduction of node ${node} of ${values.length}`);
    perPoint.write(`p${i} = ${combineText(monoid, dtype, `p${i}`, value.name, uses.functions)};`);
  });

  const neutral = reductions.map(({ monoid, dtype }) => neutralText(monoid, dtype, "zero"));
  const chunk = Math.ceil(points / splits);
  const runSpan = lanes * runLength;
  const startText = splits === 1 ? "lane" : `split * ${chunk}u + lane`;
  const endText = splits === 1 ? `${points}u` : `min(split * ${chunk}u + ${chunk}u, ${points}u)`;
  const folding = new Scope();
  if (chunk <= runSpan) {
    folding.write(`for (var r = ${startText}; r < ${endText}; r += ${lanes}u) {`, perPoint.text(1), `}`);
    reductions.forEach((_, i) => folding.write(`a${i} = p${i};`));
  } else {
    folding.write(
      `for (var start = ${startText}; start < ${endText}; start += ${runSpan}u) {`,
      `  let stop = min(start + ${runSpan}u, ${endText});`,
      ...neutral.map((text, i) => `  p${i} = ${text};`),
      `  for (var r = start; r < stop; r += ${lanes}u) {`,
      perPoint.text(2),
      `  }`,
    );
    reductions.forEach(({ monoid, dtype }, i) => {
      folding.write(`  a${i} = ${combineText(monoid, dtype, `a${i}`, `p${i}`, uses.functions)};`);
    });
    folding.write(`}`);
  }

  // What one invocation per output does with the finished folds.
  const finish = new Scope(outer);
  const finished: TypedName[] = reductions.map(({ dtype }, i) => ({
    name: lanes === 1 ? `a${i}` : `s${i}[local]`,
    dtype,
  }));
  if (partials) {
    partials.forEach((buffer, i) => {
      const value = finished[i];
      if (!value) throw new Error("Invariant: partials and reductions differ in number");
      const index = `${uses.base(buffer)} + split * ${outputs}u + i`;
      finish.write(`m[${index}] = ${toWord(value.dtype, value.name)};`);
    });
  } else {
    const named = finished.map((value) => ({ name: finish.define(value.name), dtype: value.dtype }));
    const finishContext = { ...context, spans: [{ ...outputSpan, scope: finish }] };
    const results = writeNodes(kernel.epilogue, finishContext, finish, named);
    writeStores(kernel.epilogueStores, results, finishContext, finish);
  }

  const block = new Scope();
  const valid = outputs % outputsPerGroup === 0 ? "true" : `i < ${outputs}u`;
  block.write(
    ...(splits === 1 ? [`let first = block;`] : [`let split = block % ${splits}u;`, `let first = block / ${splits}u;`]),
    outputsPerGroup === 1 ? `let i = first;` : `let i = first * ${outputsPerGroup}u + column;`,
    ...reductions.flatMap(({ type }, i) => [
      `var a${i}: ${type} = ${neutral[i]};`,
      `var p${i}: ${type} = ${neutral[i]};`,
    ]),
    `if (${valid}) {`,
    perOutput.text(1),
    folding.text(1),
    `}`,
  );
  if (lanes > 1) {
    block.write(...reductions.map((_, i) => `s${i}[local] = a${i};`), `workgroupBarrier();`);
    const step = lanesFastest ? 1 : outputsPerGroup;
    for (let half = lanes / 2; half >= 1; half /= 2) {
      const tree = new Scope();
      reductions.forEach(({ monoid, dtype }, i) => {
        tree.write(`let x${i} = s${i}[local];`, `let y${i} = s${i}[local + ${half * step}u];`);
        tree.write(`s${i}[local] = ${combineText(monoid, dtype, `x${i}`, `y${i}`, uses.functions)};`);
      });
      block.write(`if (lane < ${half}u) {`, tree.text(1), `}`, `workgroupBarrier();`);
    }
  }
  block.write(lanes === 1 ? `if (${valid}) {` : `if (lane == 0u && ${valid}) {`, finish.text(1), `}`);
  const blocks = Math.ceil(outputs / outputsPerGroup) * splits;
  const workgroups = Math.min(blocks, maxWorkgroups);
  if (blocks > workgroups && lanes > 1) block.write(`workgroupBarrier();`);

  const head = new Scope();
  head.write(
    ...(outputsPerGroup === 1
      ? [`let lane = local;`]
      : lanes === 1
        ? [`let column = local;`, `let lane = 0u;`]
        : lanesFastest
          ? [`let lane = local % ${lanes}u;`, `let column = local / ${lanes}u;`]
          : [`let column = local % ${outputsPerGroup}u;`, `let lane = local / ${outputsPerGroup}u;`]),
    outer.text(0),
    ...(blocks > workgroups
      ? [`for (var block = group; block < ${blocks}u; block += groups) {`]
      : [`let block = group;`]),
    block.text(blocks > workgroups ? 1 : 0),
    ...(blocks > workgroups ? [`}`] : []),
  );
  return {
    wgsl: moduleText({
      uses,
      workgroupSize: size,
      declarations:
        lanes === 1 ? [] : reductions.map(({ type }, i) => `var<workgroup> s${i}: array<${type}, ${size}>;`),
      body: head.lines
        .flatMap((text) => text.split("\n"))
        .map((line) => `  ${line}`)
        .join("\n"),
    }),
    workgroups,
    buffers: uses.used,
    label: kernel.label,
  };
}
