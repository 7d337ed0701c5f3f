/** @file fuse: tasks that share a loop nest become one kernel, as long as no kernel then waits for itself. */
import type { Pieces } from "../ir/pieces";
import { groupOf, type Group } from "./group";
import { place, type Placement } from "./placement";
import { loadsOf, readsOf, type Task } from "./task";
import { sharedCost, type Root } from "./term";

/** The most parts all terms of a kernel have together. */
const partLimit = 320;
/** The most loads of a kernel whose tasks have nothing in common but their loop. */
const strangersLimit = 24;
/** Points from which storing down a column of a fold costs more than a loop of its own. */
const columnLimit = 65_536;

function partsOf(task: Task): number {
  return task.kind === "contract" ? 1 : sharedCost(task.term).size;
}

function points(group: Group): number {
  return [...group.axes, ...group.reduceAxes].reduce((n, extent) => n * extent, 1);
}

/** A fold over rows while its neighbours lie along columns: fine for sums, poor for stores at every point. */
function storesAcross({ group, member }: Placement): boolean {
  if (group.reduceAxes.length === 0 || group.axes.length === 0 || points(group) < columnLimit) return false;
  const inner = group.axes.length + group.reduceAxes.length - 1;
  const bodies = [...group.members, member].filter((m) => m.phase === "body");
  return bodies.some((m) => m.axes[m.axes.length - 1] !== inner);
}

/** Tasks fused in one piece. */
const pieceTasks = 64;

/** Groups of a fitting size that a task is offered to, the latest: a step of thousands of tasks stays quick to fuse. */
const lookback = 64;

function product(extents: readonly number[]): number {
  return extents.reduce((n, extent) => n * extent, 1);
}

/** Numbers of points by which a task and the groups it may join find each other. */
function sizesOf(axes: readonly number[], reduceAxes: readonly number[]): readonly number[] {
  const [kept, all] = [product(axes), product(axes) * product(reduceAxes)];
  return kept === all ? [all] : [all, kept];
}

function rootsOf(task: Task): Set<Root> {
  return readsOf(task).add(task.target);
}

class Fusion {
  private readonly bySize = new Map<number, Set<number>>();
  readonly groups: Group[] = [];
  private readonly home = new Map<Task, number>();
  /** Groups that each group waits for. */
  private readonly waits: Set<number>[] = [];
  private readonly parts: number[] = [];
  private readonly loads: number[] = [];
  /** Tensors that each group reads or computes. */
  private readonly roots: Set<Root>[] = [];
  /** Groups from which the task at hand is known to come later, by the number of that task. */
  private behind: number[] = [];
  private taskNumber = 0;
  private readonly before: ReadonlyMap<Task, ReadonlySet<Task>>;

  constructor(before: ReadonlyMap<Task, ReadonlySet<Task>>) {
    this.before = before;
  }

  add(task: Task): void {
    const first = new Set<number>();
    for (const other of this.before.get(task) ?? []) {
      const at = this.home.get(other);
      if (at !== undefined) first.add(at);
    }
    this.taskNumber++;
    const placement = task.kind === "contract" ? null : this.best(task, first);
    const at = placement?.group.id ?? this.groups.length;
    if (placement) {
      this.groups[at] = { ...placement.group, members: [...placement.group.members, placement.member] };
    } else {
      this.groups.push(groupOf(at, task));
      this.waits.push(new Set());
      this.roots.push(new Set());
      this.behind.push(0);
    }
    for (const root of rootsOf(task)) this.roots[at]?.add(root);
    this.home.set(task, at);
    this.index(at);
    for (const other of first) if (other !== at) this.waits[at]?.add(other);
    this.parts[at] = (this.parts[at] ?? 0) + partsOf(task);
    this.loads[at] = (this.loads[at] ?? 0) + loadsOf(task).length;
  }

  private best(task: Task, first: ReadonlySet<number>): Placement | null {
    const fitting = this.fitting(task);
    if (fitting.length === 0) return null;
    this.markBehind(first);
    let best: Placement | null = null;
    const size = partsOf(task);
    const loads = loadsOf(task).length;
    const roots = [...rootsOf(task)];
    for (const at of fitting) {
      const group = this.groups[at];
      if (!group || this.behind[at] === this.taskNumber || (this.parts[at] ?? 0) + size > partLimit) continue;
      const related = roots.some((root) => this.roots[at]?.has(root));
      // What has nothing in common scores nothing.
      if (!related && (best || (this.loads[at] ?? 0) + loads > strangersLimit)) continue;
      const placement = place(group, task);
      if (!placement || (best && placement.score <= best.score)) continue;
      const strangers = placement.score === 0 && (this.loads[at] ?? 0) + loads > strangersLimit;
      if (strangers || storesAcross(placement)) continue;
      best = placement;
    }
    return best;
  }

  private index(at: number): void {
    const group = this.groups[at];
    if (!group) return;
    for (const size of sizesOf(group.axes, group.reduceAxes)) {
      const known = this.bySize.get(size);
      if (known) known.add(at);
      else this.bySize.set(size, new Set([at]));
    }
  }

  /** The groups that a task may join by the number of its points, the earliest first. */
  private fitting(task: Task): readonly number[] {
    if (task.kind === "contract") return [];
    const points = product(task.axes) * (task.kind === "reduce" ? product(task.reduceAxes) : 1);
    const found = [...(this.bySize.get(points) ?? [])];
    return found.length > lookback ? found.slice(-lookback) : found;
  }

  /** Marks the groups that something the task waits for waits for in turn: in one of them the task would wait for itself. */
  private markBehind(first: ReadonlySet<number>): void {
    const { behind, taskNumber } = this;
    const stack = [...first];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      for (const next of this.waits[at] ?? []) {
        if (behind[next] === taskNumber) continue;
        behind[next] = taskNumber;
        stack.push(next);
      }
    }
  }
}

/** Groups tasks, given in an order that respects `before`. */
export function* fuse(tasks: readonly Task[], before: ReadonlyMap<Task, ReadonlySet<Task>>): Pieces<Group[]> {
  const fusion = new Fusion(before);
  for (const [added, task] of tasks.entries()) {
    fusion.add(task);
    if (added % pieceTasks === pieceTasks - 1) yield;
  }
  return fusion.groups;
}
