/** @file compile: values of one step → a Plan: lower, simplify, fuse, schedule, allocate. */
import type { SlotId, Value } from "../ir/value";
import { assemble } from "./assemble";
import { requireWithin } from "./costs";
import { fuse } from "./fuse";
import { groupOf } from "./group";
import { lower } from "./lower";
import { orderTasks } from "./order";
import type { Plan } from "./plan";
import { groupOrder, schedule } from "./schedule";

/** What a plan must leave behind. Whatever these do not need is not computed. */
export interface CompileRequest {
  /** New contents of slots at the end of the step; every read sees the old ones. */
  readonly writes: readonly { readonly slot: SlotId; readonly value: Value }[];
  /** Values that a slot already holds (computed once a run): read there instead of being computed. */
  readonly given: ReadonlyMap<Value, SlotId>;
  /** Scalars reported after each step. */
  readonly ring: readonly Value[];
}

export interface CompileOptions {
  /** False lowers each primitive to a kernel of its own: what fused plans are tested against. */
  readonly fuse: boolean;
  /** A plan of more bytes is refused (memory.budget), before anything is allocated. */
  readonly memoryBudgetBytes?: number;
}

/** A Plan that computes the request; equal requests (up to value ids) give equal keys. */
export function compile(request: CompileRequest, options: CompileOptions = { fuse: true }): Plan {
  const { workspace, ring } = lower(request, options);
  const { tasks, before } = orderTasks(workspace, ring);
  const groups = options.fuse ? fuse(tasks, before) : tasks.map((task, id) => groupOf(id, task));
  const plan = assemble(schedule(groups, groupOrder(groups, before)), ring);
  if (options.memoryBudgetBytes !== undefined) requireWithin(plan, options.memoryBudgetBytes);
  return plan;
}
