/** @file Draws made once for a run: a slot that initialize fills from PyTorch's stream. */
import type { WrittenOp } from "../document/written-op";
import type { Attributes } from "../ir/attribute";
import type { DType } from "../ir/dtype";
import type { AnyOp } from "../ir/op";
import { invariant, refuse } from "../ir/refusal";
import { tensorData, type TensorType } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { namedOperands } from "../tape/record";
import type { NodeRun } from "./frame";
import type { OnceDraw } from "./scope";

/** The type a draw has in PyTorch's stream: in a float64 run that of float32, as Note [Creation in float64] says. */
function drawnType(
  op: AnyOp,
  operands: readonly (TensorType | null)[],
  attributes: Attributes,
  float: DType,
): TensorType {
  const { dtype, shape } = op.rules.type({ operands: namedOperands(op, operands), attributes });
  return { dtype: dtype === "float64" && float === "float64" ? "float32" : dtype, shape };
}

/** Gives a draw its slot, once its type is known. */
export function settleDraw(
  draw: OnceDraw,
  place: { readonly id: string; readonly name: string },
  { op, attributes }: WrittenOp,
  operands: readonly (TensorType | null)[],
  float: DType,
): void {
  if (draw.slot) return;
  const { compute } = op.rules;
  invariant(compute.kind === "random", "only random ops draw");
  const out = drawnType(op, operands, attributes, float);
  const dtype = out.dtype === "float32" ? float : out.dtype;
  const type: TensorType = { dtype, shape: out.shape };
  const named = namedOperands(op, operands);
  draw.slot = { slot: `once:${place.id}` as SlotId, role: "once", type, name: place.name, requiresGrad: false };
  draw.draw = (generator) =>
    tensorData(dtype, out.shape, compute.host(generator, { operands: named, attributes, out }));
}

/** The value of a draw made once: the slot it is kept in. */
export function drawOnce(run: NodeRun, written: WrittenOp, operands: readonly (Value | null)[], draw: OnceDraw): Value {
  const { step, scope } = run.frame;
  const types = operands.map((operand) => operand && operand.type);
  const place = { id: `${scope.id}${run.id}`, name: run.node.name };
  if (step.options.check) settleDraw(draw, place, written, types, step.tape.float);
  if (!draw.slot) return refuse("draw.unsettled", {});
  return step.atBegin(draw.slot);
}
