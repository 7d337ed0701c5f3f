/** @file Tasks: what lowering leaves to do, each the computation of one tensor in memory. Fusion groups them into kernels. */
import type { Monoid } from "../ir/op";
import type { ContractOperand } from "./plan";
import { leavesOf, type Root, type Term } from "./term";

interface TaskBase {
  readonly id: number;
  /** What it stores, row-major over the extents below. */
  readonly target: Root;
  readonly label: string;
}

/** The target's elements, each a term. Extents of 1 are left out of all lists of extents here. */
export interface PointwiseTask extends TaskBase {
  readonly kind: "pointwise";
  readonly axes: readonly number[];
  readonly term: Term;
}

/** Folds a term over axes × reduceAxes into the target over axes. */
export interface ReduceTask extends TaskBase {
  readonly kind: "reduce";
  readonly axes: readonly number[];
  readonly reduceAxes: readonly number[];
  readonly monoid: Monoid;
  readonly term: Term;
}

/** Where an operand of a contract lies: ContractOperand before buffers are numbered. */
export interface TaskOperand extends Omit<ContractOperand, "buffer"> {
  readonly root: Root;
}

/** The target over [batch, m, n]. */
export interface ContractTask extends TaskBase {
  readonly kind: "contract";
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: TaskOperand;
  readonly b: TaskOperand;
}

export type Task = PointwiseTask | ReduceTask | ContractTask;

type Load = Term & { readonly kind: "load" };

const loads = new WeakMap<Task, readonly Load[]>();

/** The loads of a task's term; a contract has none. */
export function loadsOf(task: Task): readonly Load[] {
  if (task.kind === "contract") return [];
  const known = loads.get(task);
  if (known) return known;
  const found = leavesOf([task.term]).filter((leaf) => leaf.kind === "load");
  loads.set(task, found);
  return found;
}

/** The tensors a task reads, each once. */
export function readsOf(task: Task): Set<Root> {
  return task.kind === "contract" ? new Set([task.a.root, task.b.root]) : new Set(loadsOf(task).map((l) => l.root));
}
