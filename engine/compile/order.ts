/**
 * @file Orders tasks: readers after producers, and writers of a slot after every reader of what it held. Where both
 * cannot be had, the write goes to a temporary that a copy moves at the end.
 */
import { invariant } from "../ir/refusal";
import { contiguousAccess, accessKey } from "./access";
import { loadsOf, readsOf, type Task } from "./task";
import type { Root } from "./term";
import type { Workspace } from "./workspace";

export interface OrderedTasks {
  /** What is needed, each after all it depends on. */
  readonly tasks: readonly Task[];
  /** Tasks that have to be done before each task, or in one kernel with it. */
  readonly before: ReadonlyMap<Task, ReadonlySet<Task>>;
}

function isWrite(task: Task): boolean {
  return task.target.place.kind === "slot";
}

/** Tasks whose result leaves the step, and what they need. */
function live(tasks: readonly Task[], ring: readonly Root[], producers: ReadonlyMap<Root, Task>): Task[] {
  const needed = new Set<Task>();
  const stack = tasks.filter((t) => isWrite(t) || ring.includes(t.target));
  for (let task = stack.pop(); task; task = stack.pop()) {
    if (needed.has(task)) continue;
    needed.add(task);
    for (const root of readsOf(task)) {
      const source = producers.get(root);
      if (source) stack.push(source);
    }
  }
  return tasks.filter((task) => needed.has(task));
}

function reaches(from: Task, to: ReadonlySet<Task>, after: ReadonlyMap<Task, ReadonlySet<Task>>): boolean {
  const seen = new Set<Task>([from]);
  const stack = [from];
  for (let task = stack.pop(); task; task = stack.pop()) {
    if (task !== from && to.has(task)) return true;
    for (const next of after.get(task) ?? []) {
      if (!seen.has(next)) {
        seen.add(next);
        stack.push(next);
      }
    }
  }
  return false;
}

function addTo<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

/** Whether a write reads its own slot elsewhere than at the element it stores. */
function disturbsItself(task: Task): boolean {
  if (task.kind !== "pointwise") return readsOf(task).has(task.target);
  const own = accessKey(contiguousAccess(task.axes));
  return loadsOf(task).some((load) => load.root === task.target && accessKey(load.access) !== own);
}

/** Puts the tasks of a workspace in order and makes its slot writes safe; may add temporaries and copies. */
export function orderTasks(workspace: Workspace, ring: readonly Root[]): OrderedTasks {
  const producers = new Map<Root, Task>();
  for (const task of workspace.tasks) if (!isWrite(task)) producers.set(task.target, task);
  const tasks = live(workspace.tasks, ring, producers);
  const before = new Map<Task, Set<Task>>();
  const after = new Map<Task, Set<Task>>();
  const readers = new Map<Root, Set<Task>>();
  const link = (first: Task, second: Task): void => {
    if (first === second) return;
    addTo(before, second, first);
    addTo(after, first, second);
  };
  for (const task of tasks) {
    for (const root of readsOf(task)) {
      const source = producers.get(root);
      if (source) link(source, task);
      if (root.place.kind === "slot") addTo(readers, root, task);
    }
  }
  const final: Task[] = [];
  for (const task of tasks) {
    if (!isWrite(task)) {
      final.push(task);
      continue;
    }
    const reading = readers.get(task.target) ?? new Set<Task>();
    if (!disturbsItself(task) && !reaches(task, reading, after)) {
      for (const reader of reading) link(reader, task);
      final.push(task);
      continue;
    }
    const [temporary, copy] = workspace.throughTemporary(task);
    for (const first of before.get(task) ?? []) {
      after.get(first)?.delete(task);
      link(first, temporary);
    }
    for (const next of after.get(task) ?? []) {
      before.get(next)?.delete(task);
      link(temporary, next);
    }
    for (const set of readers.values()) if (set.delete(task)) set.add(temporary);
    link(temporary, copy);
    for (const reader of readers.get(task.target) ?? []) link(reader, copy);
    final.push(temporary, copy);
  }
  return { tasks: topological(final, before), before };
}

function topological(tasks: readonly Task[], before: ReadonlyMap<Task, ReadonlySet<Task>>): Task[] {
  const order: Task[] = [];
  const state = new Map<Task, "open" | "done">();
  for (const root of tasks) {
    const stack = [root];
    while (stack.length > 0) {
      const task = stack[stack.length - 1];
      if (!task || state.get(task) === "done") {
        stack.pop();
        continue;
      }
      const waiting = [...(before.get(task) ?? [])].filter((t) => state.get(t) !== "done");
      if (waiting.length === 0) {
        state.set(task, "done");
        order.push(task);
        stack.pop();
        continue;
      }
      invariant(state.get(task) !== "open", `the order of tasks has a cycle at ${task.label}`);
      state.set(task, "open");
      stack.push(...waiting);
    }
  }
  return order;
}
