/** @file Groups: tasks that become one kernel, each placed in its loop nest. */
import { contiguousStrides } from "../ir/shape";
import type { Access } from "./plan";
import type { Task } from "./task";
import type { Root } from "./term";

/** body: at every point of axes × reduceAxes; fold: the same, folded; product: the contract; epilogue: at every point of axes. */
export type Phase = "body" | "fold" | "product" | "epilogue";

/** A task in a group: the group's axis for each of its own (axes, then reduce axes). */
export interface Member {
  readonly task: Task;
  readonly phase: Phase;
  readonly axes: readonly number[];
}

export interface Group {
  readonly id: number;
  readonly kind: "loop" | "contract";
  axes: readonly number[];
  reduceAxes: readonly number[];
  readonly members: Member[];
}

function all(count: number): number[] {
  return Array.from({ length: count }, (_, axis) => axis);
}

/** The group of a task alone. */
export function groupOf(id: number, task: Task): Group {
  switch (task.kind) {
    case "pointwise":
      return { id, kind: "loop", axes: task.axes, reduceAxes: [], members: [{ task, phase: "body", axes: all(task.axes.length) }] }; // prettier-ignore
    case "reduce": {
      const axes = all(task.axes.length + task.reduceAxes.length);
      return {
        id,
        kind: "loop",
        axes: task.axes,
        reduceAxes: task.reduceAxes,
        members: [{ task, phase: "fold", axes }],
      };
    }
    case "contract":
      return { id, kind: "contract", axes: [task.batch, task.m, task.n], reduceAxes: [], members: [{ task, phase: "product", axes: all(3) }] }; // prettier-ignore
  }
}

/** The extents of a task's target, in the order of its first axes. */
export function targetExtents(task: Task): readonly number[] {
  return task.kind === "contract" ? [task.batch, task.m, task.n] : task.axes;
}

/** An access over a task's axes as one over the group's. */
export function placeAccess(access: Access, axes: readonly number[], rank: number): Access {
  const strides = new Array<number>(rank).fill(0);
  access.strides.forEach((stride, axis) => {
    const at = axes[axis];
    if (at !== undefined && at < rank) strides[at] = stride;
  });
  const guards = access.guards?.map((g) => ({ ...g, axis: axes[g.axis] ?? g.axis })).sort((a, b) => a.axis - b.axis);
  return guards ? { offset: access.offset, strides, guards } : { offset: access.offset, strides };
}

/** Where a member stores its target, over the group's axes (`rank` of them). */
export function storeAccess(member: Member, rank: number): Access {
  const extents = targetExtents(member.task);
  const strides = contiguousStrides(extents).map((stride, axis) => (extents[axis] === 1 ? 0 : stride));
  return placeAccess({ offset: 0, strides }, member.axes, rank);
}

/** The member that computes a tensor, if the group has it. */
export function producer(group: Group, root: Root): Member | undefined {
  return group.members.find((m) => m.task.target === root && root.place.kind === "computed");
}
