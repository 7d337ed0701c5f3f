/** @file compile: values of one step → a Plan: lower, simplify, fuse, schedule, allocate. */
import { finish, type Pieces } from "../ir/pieces";
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
export function compile(request: CompileRequest, options?: CompileOptions): Plan {
  return finish(compileInPieces(request, options));
}

/** The same in pieces: a plan of thousands of kernels is not waited for. */
export function* compileInPieces(request: CompileRequest, options: CompileOptions = { fuse: true }): Pieces<Plan> {
  const { workspace, ring } = yield* lower(request, options);
  yield;
  const { tasks, before } = orderTasks(workspace, ring);
  yield;
  const groups = options.fuse ? yield* fuse(tasks, before) : tasks.map((task, id) => groupOf(id, task));
  const ordered = schedule(groups, groupOrder(groups, before));
  yield;
  const plan = yield* assemble(ordered, ring);
  if (options.memoryBudgetBytes !== undefined) requireWithin(plan, options.memoryBudgetBytes);
  return plan;
}
