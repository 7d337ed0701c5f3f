/** @file schedule: an order of kernels that respects what they depend on and keeps little in memory at once. */
import { elementCount } from "../ir/shape";
import { storageBytes } from "../ir/dtype";
import { invariant } from "../ir/refusal";
import type { Group } from "./group";
import { readsOf, type Task } from "./task";
import type { Root } from "./term";

/** Groups that may run next which are compared; a step of thousands of kernels stays quick to schedule. */
const lookahead = 128;

function bytesOf(root: Root): number {
  return elementCount(root.shape) * storageBytes(root.dtype);
}

/** Groups that have to run before each group. */
export function groupOrder(
  groups: readonly Group[],
  before: ReadonlyMap<Task, ReadonlySet<Task>>,
): Map<Group, Set<Group>> {
  const home = new Map<Task, Group>();
  for (const group of groups) for (const { task } of group.members) home.set(task, group);
  return new Map(
    groups.map((group) => {
      const first = group.members.flatMap(({ task }) => [...(before.get(task) ?? [])].map((t) => home.get(t)));
      return [group, new Set(first.filter((g): g is Group => g !== undefined && g !== group))];
    }),
  );
}

/** Of the groups that may run, always the one that leaves the fewest bytes in use; earlier ones on a tie. */
export function schedule(groups: readonly Group[], before: ReadonlyMap<Group, ReadonlySet<Group>>): Group[] {
  const readers = new Map<Root, number>();
  const reads = new Map<Group, Set<Root>>();
  for (const group of groups) {
    const made = new Set(group.members.map((m) => m.task.target));
    const roots = group.members.flatMap((m) => [...readsOf(m.task)]);
    const outside = new Set(roots.filter((r) => r.place.kind === "computed" && !made.has(r)));
    reads.set(group, outside);
    for (const root of outside) readers.set(root, (readers.get(root) ?? 0) + 1);
  }
  const growth = (group: Group): number => {
    let bytes = 0;
    for (const { task } of group.members) if ((readers.get(task.target) ?? 0) > 0) bytes += bytesOf(task.target);
    for (const root of reads.get(group) ?? []) if (readers.get(root) === 1) bytes -= bytesOf(root);
    return bytes;
  };
  const waitsFor = new Map(groups.map((group) => [group, before.get(group)?.size ?? 0]));
  const after = new Map<Group, Group[]>(groups.map((group) => [group, []]));
  for (const [group, first] of before) for (const other of first) after.get(other)?.push(group);
  const ready = new Set(groups.filter((group) => waitsFor.get(group) === 0));
  const order: Group[] = [];
  while (ready.size > 0) {
    let best: Group | null = null;
    let least = Infinity;
    let looked = 0;
    for (const group of ready) {
      const bytes = growth(group);
      if (bytes < least) [best, least] = [group, bytes];
      if (++looked === lookahead) break;
    }
    if (!best) break;
    ready.delete(best);
    order.push(best);
    for (const root of reads.get(best) ?? []) readers.set(root, (readers.get(root) ?? 0) - 1);
    for (const next of after.get(best) ?? []) {
      const left = (waitsFor.get(next) ?? 0) - 1;
      waitsFor.set(next, left);
      if (left === 0) ready.add(next);
    }
  }
  invariant(order.length === groups.length, "some group can always run next");
  return order;
}
