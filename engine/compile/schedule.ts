/** @file schedule: an order of kernels that respects what they depend on and keeps little in memory at once. */
import { elementCount } from "../ir/shape";
import { storageBytes } from "../ir/dtype";
import { invariant } from "../ir/refusal";
import type { Group } from "./group";
import { readsOf, type Task } from "./task";
import type { Root } from "./term";

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
  const done = new Set<Group>();
  const waiting = new Set(groups);
  const order: Group[] = [];
  while (waiting.size > 0) {
    let best: Group | null = null;
    let least = Infinity;
    for (const group of waiting) {
      if (![...(before.get(group) ?? [])].every((g) => done.has(g))) continue;
      const bytes = growth(group);
      if (bytes < least) [best, least] = [group, bytes];
    }
    invariant(best, "some group can always run next");
    waiting.delete(best);
    done.add(best);
    order.push(best);
    for (const root of reads.get(best) ?? []) readers.set(root, (readers.get(root) ?? 0) - 1);
  }
  return order;
}
