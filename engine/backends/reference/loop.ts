/** @file Interprets loop kernels: runs of lanes along one axis, the other axes counted through. */
import type { LoopKernel } from "../../compile/plan";
import type { Monoid } from "../../ir/op";
import { roundTo, type TypedArray } from "../../ir/tensor";
import { laneCount, prepareLanes, prepareStore, type NodeStep, type Run } from "./lanes";

const identities = { sum: 0, prod: 1, max: -Infinity, min: Infinity } as const satisfies Record<Monoid, number>;

function fold(monoid: Monoid, x: number, y: number): number {
  switch (monoid) {
    case "sum":
      return x + y;
    case "prod":
      return x * y;
    case "max":
      return Math.max(x, y);
    case "min":
      return Math.min(x, y);
  }
}

/** Calls `visit` with every combination of coordinates on the given axes, the last axis fastest. */
function countThrough(at: Int32Array, axes: readonly number[], extents: readonly number[], visit: () => void): void {
  const count = axes.reduce((n, axis) => n * (extents[axis] ?? 1), 1);
  for (const axis of axes) at[axis] = 0;
  for (let i = 0; i < count; i++) {
    visit();
    for (let a = axes.length - 1; a >= 0; a--) {
      const axis = axes[a] ?? 0;
      const next = (at[axis] ?? 0) + 1;
      at[axis] = next;
      if (next < (extents[axis] ?? 1)) break;
      at[axis] = 0;
    }
  }
}

function axesBetween(from: number, to: number, but: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i).filter((axis) => axis !== but);
}

/** The longest axis from `from` up to `to`, the last of several; −1 when there is none. */
function largest(extents: readonly number[], from: number, to: number): number {
  let best = -1;
  for (let axis = from; axis < to; axis++) if (best < 0 || (extents[axis] ?? 1) >= (extents[best] ?? 1)) best = axis;
  return best;
}

function inRuns(run: Run, extents: readonly number[], visit: () => void): void {
  const extent = run.axis < 0 ? 1 : (extents[run.axis] ?? 1);
  for (let start = 0; start < extent; start += laneCount) {
    if (run.axis >= 0) run.at[run.axis] = start;
    run.count = Math.min(laneCount, extent - start);
    visit();
  }
  if (run.axis >= 0) run.at[run.axis] = 0;
}

function runAll(steps: readonly NodeStep[], run: Run): void {
  for (const step of steps) step(run);
}

/** A kernel over these arrays (by buffer) as a closure. */
export function prepareLoop(kernel: LoopKernel, arrays: readonly TypedArray[]): () => void {
  const { axes, reduceAxes, reductions } = kernel;
  const extents = [...axes, ...reduceAxes];
  const total = extents.length;
  const folds = reductions.map(() => new Float64Array(laneCount));
  const body = prepareLanes(kernel.body, arrays, []);
  const epilogue = prepareLanes(kernel.epilogue, arrays, folds);
  const storesOf = (stores: LoopKernel["stores"], registers: readonly Float64Array[]): NodeStep[] =>
    stores.flatMap(({ buffer, access, node }) => {
      const [data, from] = [arrays[buffer], registers[node]];
      return data && from ? [prepareStore(access, data, from)] : [];
    });
  const bodySteps = [...body.steps, ...storesOf(kernel.stores, body.registers)];
  const epilogueSteps = [...epilogue.steps, ...storesOf(kernel.epilogueStores, epilogue.registers)];
  const at = new Int32Array(total);

  const outer = largest(extents, 0, axes.length);
  const inner = largest(extents, axes.length, total);
  const alongAxes = inner < 0 || (outer >= 0 && (extents[outer] ?? 1) >= (extents[inner] ?? 1));
  const start = (): void => folds.forEach((values, r) => values.fill(identities[reductions[r]?.monoid ?? "sum"]));
  const finish = (count: number): void =>
    reductions.forEach(({ dtype }, r) => {
      const values = folds[r];
      if (values) for (let i = 0; i < count; i++) values[i] = roundTo(dtype, values[i] ?? 0);
    });

  if (alongAxes) {
    const run: Run = { at, axis: outer, count: 1 };
    const rest = axesBetween(0, axes.length, outer);
    const reduced = axesBetween(axes.length, total, -1);
    const accumulate = (): void => {
      runAll(bodySteps, run);
      reductions.forEach(({ monoid, node }, r) => {
        const [values, from] = [folds[r], body.registers[node]];
        if (!values || !from) return;
        for (let i = 0; i < run.count; i++) values[i] = fold(monoid, values[i] ?? 0, from[i] ?? 0);
      });
    };
    return () =>
      countThrough(at, rest, extents, () =>
        inRuns(run, extents, () => {
          start();
          countThrough(at, reduced, extents, accumulate);
          finish(run.count);
          runAll(epilogueSteps, run);
        }),
      );
  }
  const run: Run = { at, axis: inner, count: 1 };
  const once: Run = { at, axis: -1, count: 1 };
  const kept = axesBetween(0, axes.length, -1);
  const reduced = axesBetween(axes.length, total, inner);
  const accumulate = (): void => {
    runAll(bodySteps, run);
    reductions.forEach(({ monoid, node }, r) => {
      const [values, from] = [folds[r], body.registers[node]];
      if (!values || !from) return;
      let value = values[0] ?? 0;
      if (monoid === "sum") for (let i = 0; i < run.count; i++) value += from[i] ?? 0;
      else for (let i = 0; i < run.count; i++) value = fold(monoid, value, from[i] ?? 0);
      values[0] = value;
    });
  };
  return () =>
    countThrough(at, kept, extents, () => {
      start();
      countThrough(at, reduced, extents, () => inRuns(run, extents, accumulate));
      finish(1);
      runAll(epilogueSteps, once);
    });
}
