/** @file The tape of one step as it travels: what the timeline, breakpoints and chain-rule cards show. */
import { z } from "zod";
import { dtypes } from "../ir/dtype";
import { callPath, count, tensorView, type Payload } from "./payloads";

/** engine/ir/value.ts Origin, as data. */
export const origin = z.object({
  phase: z.enum(["forward", "backward", "update"]),
  path: callPath,
  node: z.string().nullable(),
  port: z.string().nullable(),
  ops: z.array(z.string()),
});

/** What one use of a value adds to its gradient. */
export const contribution = z.object({
  /** Position of the entry that used the value, and as which operand. */
  user: count,
  operand: count,
  /** The rule's result, in the shape the operands broadcast to, and after summing it back to the value's shape. */
  before: tensorView,
  after: tensorView,
});

export const timelineEntry = z.object({
  /** "op" and "random" with `op` its name; a slot or number read; an alias is an edge. */
  kind: z.enum(["op", "random", "slot", "literal", "data", "alias", "boundary"]),
  op: z.string().nullable(),
  origin,
  /** Positions of earlier entries. */
  operands: z.array(count.nullable()),
  operandNames: z.array(z.string()),
  attributes: z.record(z.string(), z.unknown()),
  dtype: z.enum(dtypes),
  shape: z.array(count),
  requiresGrad: z.boolean(),
  gradFn: z.string().nullable(),
  value: tensorView,
  /** The gradient that reached it: the sum of `contributions`. */
  gradient: tensorView.nullable(),
  contributions: z.array(contribution),
});
export type TimelineEntry = Payload<typeof timelineEntry>;

/** One step, operands before their users. */
export const timeline = z.object({
  revision: count,
  step: count,
  entries: z.array(timelineEntry),
  /** Position of the loss. */
  loss: count.nullable(),
  /** What slots hold after the step, by name: positions of entries. */
  writes: z.array(z.object({ slot: z.string(), name: z.string(), entry: count })),
  errors: z.array(z.object({ where: z.string(), message: z.string() })),
});
export type Timeline = Payload<typeof timeline>;
