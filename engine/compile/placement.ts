/** @file Placements: the ways a task fits into a group's loop nest, and whether what it reads there is at hand. */
import { accessKey } from "./access";
import { placeAccess, producer, storeAccess, type Group, type Member, type Phase } from "./group";
import type { Access } from "./plan";
import { loadsOf, type Task } from "./task";
import type { Root } from "./term";

/** A group with the task in it. */
export interface Placement {
  readonly group: Group;
  readonly member: Member;
  /** Reads that the group serves from registers, and reads it makes anyway. */
  readonly score: number;
}

const mostMatchings = 24;

/** Every way to give each extent an axis of `axes` of the same extent (in `into`), all axes used; the given order first. */
function matchings(extents: readonly number[], into: readonly number[], axes: readonly number[]): number[][] {
  if (extents.length !== axes.length) return [];
  let partial: number[][] = [[]];
  for (const extent of extents) {
    partial = partial.flatMap((taken) =>
      axes.filter((axis) => into[axis] === extent && !taken.includes(axis)).map((axis) => [...taken, axis]),
    );
    if (partial.length > mostMatchings) partial = partial.slice(0, mostMatchings);
  }
  return partial;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** The group turned into one that folds: `axes[i]` is the old axis of the new axis i, the last `folded` of them reduced. */
function turned(group: Group, axes: readonly number[], folded: number): Group {
  const extents = axes.map((axis) => group.axes[axis] ?? 1);
  const members = group.members.map((m) => ({ ...m, axes: m.axes.map((axis) => axes.indexOf(axis)) }));
  const kept = axes.length - folded;
  return { ...group, axes: extents.slice(0, kept), reduceAxes: extents.slice(kept), members };
}

/** The group and member of each way to put the task there, without asking yet whether its reads allow it. */
function candidates(group: Group, task: Task): { readonly group: Group; readonly member: Member }[] {
  const { axes, reduceAxes } = group;
  const extents = [...axes, ...reduceAxes];
  const as = (phase: Phase, found: readonly number[][]): { group: Group; member: Member }[] =>
    found.map((own) => ({ group, member: { task, phase, axes: own } }));
  const kept = range(0, axes.length);
  const all = range(0, extents.length);
  if (task.kind === "contract") return [];
  if (group.kind === "contract") {
    const long = kept.filter((axis) => axes[axis] !== 1);
    return task.kind === "pointwise" ? as("epilogue", matchings(task.axes, extents, long)) : [];
  }
  const folds = group.members.some((m) => m.phase === "fold");
  if (task.kind === "pointwise") {
    const inBody = as("body", matchings(task.axes, extents, all));
    return folds ? [...as("epilogue", matchings(task.axes, extents, kept)), ...inBody] : inBody;
  }
  if (!folds) {
    const orders = matchings([...task.axes, ...task.reduceAxes], extents, all);
    return orders.map((order) => ({
      group: turned(group, order, task.reduceAxes.length),
      member: { task, phase: "fold", axes: all },
    }));
  }
  const keptMatches = matchings(task.axes, extents, kept);
  const foldedMatches = matchings(task.reduceAxes, extents, range(axes.length, extents.length));
  return as(
    "fold",
    keptMatches.flatMap((k) => foldedMatches.map((f) => [...k, ...f])),
  );
}

function inEpilogue(phase: Phase): boolean {
  return phase !== "body" && phase !== "fold";
}

function rankOf(group: Group, phase: Phase): number {
  return group.axes.length + (inEpilogue(phase) ? 0 : group.reduceAxes.length);
}

interface Read {
  readonly root: Root;
  readonly key: string;
  readonly epilogue: boolean;
}

function readsIn(group: Group, member: Member): Read[] {
  const rank = rankOf(group, member.phase);
  const epilogue = inEpilogue(member.phase);
  return loadsOf(member.task).map(({ root, access }) => {
    const placed: Access = placeAccess(access, member.axes, rank);
    return { root, key: accessKey(placed), epilogue };
  });
}

const present = new WeakMap<Group, readonly Read[]>();

function allReads(group: Group): readonly Read[] {
  const known = present.get(group);
  if (known) return known;
  const reads = group.members.flatMap((member) => readsIn(group, member));
  present.set(group, reads);
  return reads;
}

/** The aliasing rule of plan.ts: what a group stores it reads only at that very element, or only before. */
function isUndisturbed(group: Group, members: readonly Member[], reads: readonly Read[]): boolean {
  return members.every((writer) => {
    const { target } = writer.task;
    if (target.place.kind !== "slot") return true;
    const epilogue = inEpilogue(writer.phase);
    const own = accessKey(storeAccess(writer, rankOf(group, writer.phase)));
    const early = epilogue && group.axes.length === 0;
    const usedWhole = members.some(({ task }) => task.kind === "contract" && (task.a.root === target || task.b.root === target)); // prettier-ignore
    if (usedWhole) return false;
    return reads.every((read) => {
      if (read.root !== target) return true;
      return read.epilogue === epilogue ? read.key === own : !read.epilogue && early;
    });
  });
}

/** Whether a member of the group that computes `root` has it ready where and when the task reads it; null if none does. */
function servedBy(group: Group, member: Member, read: Read): boolean | null {
  const source = producer(group, read.root);
  if (!source) return null;
  const folded = source.phase !== "body";
  if (inEpilogue(member.phase) !== folded) return false;
  return accessKey(storeAccess(source, rankOf(group, member.phase))) === read.key;
}

/** The best legal way to put a task in a group, or null. */
export function place(group: Group, task: Task): Placement | null {
  let best: Placement | null = null;
  for (const { group: laid, member } of candidates(group, task)) {
    const reads = readsIn(laid, member);
    const served = reads.map((read) => servedBy(laid, member, read));
    if (served.includes(false)) continue;
    const others = allReads(laid);
    if (!isUndisturbed(laid, [...laid.members, member], [...others, ...reads])) continue;
    const shared = new Set(others.map((r) => `${r.root.id} ${r.key} ${String(r.epilogue)}`));
    const score = reads.reduce((sum, read, i) => {
      if (served[i] === true) return sum + 8;
      return sum + (shared.has(`${read.root.id} ${read.key} ${String(read.epilogue)}`) ? 2 : 0);
    }, 0);
    if (!best || score > best.score) best = { group: laid, member, score };
  }
  return best;
}
