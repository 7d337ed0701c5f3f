/** @file Records one op as a node writes it: attributes parsed, numbers where nothing is wired, broadcasts noted. */
import type { NodeId, WrittenAttributes } from "../document/document";
import { own } from "../document/library";
import { readWritten } from "../document/written-op";
import type { AnyOp } from "../ir/op";
import { currentRecorder } from "../ir/recorder";
import { refuse } from "../ir/refusal";
import { sameShape } from "../ir/shape";
import type { Value } from "../ir/value";
import type { Broadcast } from "./analysis";
import type { Collected, Interpreter, Values } from "./interpreter";

/** Records the op; null where an operand is not known. Refuses what does not fit. Call in recordWith. */
export function recordOp(
  run: Interpreter,
  id: NodeId,
  name: string,
  written: WrittenAttributes,
  inputs: Values,
  facts: Collected,
): Value | null {
  const op = run.library.op(name);
  if (!op) return refuse("op.unknown", { op: name });
  const { attributes, numbers } = readWritten(op, written);
  const operands: (Value | null)[] = [];
  for (const spec of op.signature.operands) {
    const value = own(inputs, spec.name);
    if (value) operands.push(value);
    else if (value === null) return null;
    else {
      const number = numbers.get(spec.name) ?? spec.default;
      if (number !== undefined) operands.push(currentRecorder().literal(number, !Number.isInteger(number)));
      else if (spec.optional) operands.push(null);
      else return null; // The structure check says which operand is missing.
    }
  }
  const value = currentRecorder().record(op, operands, attributes);
  noteBroadcasts(op, operands, value, id, facts);
  return value;
}

/** The axes of `to` along which a tensor of shape `from` is repeated, aligned at the last axis. */
export function broadcastAxes(from: readonly number[], to: readonly number[]): number[] {
  const lead = to.length - from.length;
  return to.flatMap((extent, axis) => (axis < lead || (from[axis - lead] === 1 && extent !== 1) ? [axis] : []));
}

function noteBroadcasts(
  op: AnyOp,
  operands: readonly (Value | null)[],
  value: Value,
  id: NodeId,
  facts: Collected,
): void {
  if (op.rules.compute.kind !== "pointwise") return;
  const to = value.type.shape;
  let found: Record<string, Broadcast> | null = null;
  op.signature.operands.forEach((spec, i) => {
    const operand = operands[i];
    if (!operand || operand.definition.kind === "literal" || sameShape(operand.type.shape, to)) return;
    found ??= {};
    found[spec.name] = { from: operand.type.shape, to, axes: broadcastAxes(operand.type.shape, to) };
  });
  if (found) facts.broadcasts.set(id, found);
}
