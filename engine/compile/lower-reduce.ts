/** @file Lowers reductions: a term over kept and folded axes, folded in a loop, written out, or not at all. */
import type { Monoid, ViewMap } from "../ir/op";
import { invariant } from "../ir/refusal";
import { elementCount, type Shape } from "../ir/shape";
import type { TensorType } from "../ir/tensor";
import type { ScalarFunction } from "../scalar/functions";
import { contiguousAccess } from "./access";
import { unrollLimit } from "./contraction";
import { leavesOf, touchesAxis, type Term } from "./term";
import type { Workspace } from "./workspace";

const foldFunctions = { sum: "add", prod: "mul", max: "max", min: "min" } as const satisfies Record<
  Monoid,
  ScalarFunction
>;
const emptyFolds = { sum: 0, prod: 1, max: -Infinity, min: Infinity } as const satisfies Record<Monoid, number>;

/** A view that moves through every access. */
function surely(workspace: Workspace, term: Term, view: ViewMap, from: Shape, to: Shape): Term {
  const viewed = workspace.table.view(term, view, from, to);
  invariant(viewed, `a ${view.kind} that every access can say`);
  return viewed;
}

/** The fold written out, left to right: what short sums become. */
function unroll(workspace: Workspace, term: Term, kept: Shape, folded: Shape, monoid: Monoid): Term | null {
  const { table } = workspace;
  let parts: Term[] = [term];
  let shape: readonly number[] = [...kept, ...folded];
  while (shape.length > kept.length) {
    const dim = kept.length;
    const extent = shape[dim] ?? 1;
    const one = shape.map((e, axis) => (axis === dim ? 1 : e));
    const rest = shape.filter((_, axis) => axis !== dim);
    const next: Term[] = [];
    for (const part of parts) {
      for (let start = 0; start < extent; start++) {
        const slice = table.view(part, { kind: "slice", dim, start, step: 1 }, shape, one);
        if (!slice) return null;
        next.push(surely(workspace, slice, { kind: "reshape" }, one, rest));
      }
    }
    parts = next;
    shape = rest;
  }
  return parts.reduce((sum, part) => table.call(foldFunctions[monoid], [sum, part], term.dtype));
}

/** Folds a term over kept ++ folded axes; the result is a term over kept. */
export function foldTerm(
  workspace: Workspace,
  term: Term,
  kept: Shape,
  folded: Shape,
  monoid: Monoid,
  label: string,
): Term {
  const { table } = workspace;
  if (elementCount(folded) === 0) return table.constant(emptyFolds[monoid], term.dtype);
  const leaves = leavesOf([term]);
  const touched = [...kept, ...folded].map((extent, axis) => extent !== 1 && touchesAxis(leaves, axis));
  const simplify = workspace.fuse;
  const drops = (axis: number, extent: number): boolean =>
    extent === 1 || (simplify && !touched[axis] && (axis < kept.length || monoid !== "prod"));
  const shape = [...kept, ...folded];
  const small = shape.map((extent, axis) => (drops(axis, extent) ? 1 : extent));
  let point = term;
  shape.forEach((_, axis) => {
    const from = shape.map((e, i) => (i < axis ? (small[i] ?? 1) : e));
    const to = shape.map((e, i) => (i <= axis ? (small[i] ?? 1) : e));
    if (from[axis] === to[axis]) return;
    point = surely(workspace, point, { kind: "slice", dim: axis, start: 0, step: 1 }, from, to);
  });
  const keptSmall = small.slice(0, kept.length);
  const [keptAxes, foldedAxes] = [keptSmall, small.slice(kept.length)].map((axes) => axes.filter((e) => e !== 1));
  invariant(keptAxes && foldedAxes, "two lists of axes");
  point = surely(workspace, point, { kind: "reshape" }, small, [...keptAxes, ...foldedAxes]);
  const copies = folded.reduce((n, e, i) => (small[kept.length + i] === 1 ? n * e : n), 1);
  let result: Term | null = foldedAxes.length === 0 ? point : null;
  if (!result && simplify && elementCount(foldedAxes) <= unrollLimit) {
    result = unroll(workspace, point, keptAxes, foldedAxes, monoid);
  }
  result ??= table.load(workspace.reduce(monoid, point, keptAxes, foldedAxes, label), contiguousAccess(keptAxes));
  if (monoid === "sum" && copies > 1) {
    result = table.call("mul", [result, table.constant(copies, term.dtype)], term.dtype);
  }
  const placed = surely(workspace, result, { kind: "reshape" }, keptAxes, keptSmall);
  return surely(workspace, placed, { kind: "expand" }, keptSmall, kept);
}

/** The term of a reduce op over the shape of its output. */
export function lowerReduce(
  workspace: Workspace,
  operand: Term,
  shape: Shape,
  dims: readonly number[],
  monoid: Monoid,
  out: TensorType,
  label: string,
): Term {
  const { table } = workspace;
  const isFolded = (axis: number): boolean => dims.includes(axis);
  const axes = shape.map((_, axis) => axis);
  const order = [...axes.filter((axis) => !isFolded(axis)), ...axes.filter(isFolded)];
  const extents = order.map((axis) => shape[axis] ?? 1);
  const converted = table.convert(operand, out.dtype);
  const ordered = surely(workspace, converted, { kind: "permute", order }, shape, extents);
  const kept = extents.slice(0, shape.length - dims.length);
  const result = foldTerm(workspace, ordered, kept, extents.slice(kept.length), monoid, label);
  return surely(workspace, result, { kind: "reshape" }, kept, out.shape);
}
