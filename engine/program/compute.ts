/** @file Runs op nodes and expression nodes. */
import type { WrittenOp } from "../document/written-op";
import { recordWith } from "../ir/recorder";
import { refuse } from "../ir/refusal";
import type { Value } from "../ir/value";
import { recordFormula } from "../tape/record-formula";
import type { NodeRun, Results } from "./frame";
import { nothing } from "./frame";
import { drawOnce } from "./once";
import { findMemberByName, type Scope } from "./scope";

/** Operands of a node's op in order: from its edges, else as written, else the op's default. `aliases` rename ports. */
export function operandsOf(
  run: NodeRun,
  written: WrittenOp,
  aliases: ReadonlyMap<string, string> = new Map(),
): (Value | null)[] {
  const { tape } = run.frame.step;
  return written.op.signature.operands.map((spec) => {
    const wired = run.inputs.get(aliases.get(spec.name) ?? spec.name) ?? run.inputs.get(spec.name);
    if (wired) return wired;
    const number = written.numbers.get(spec.name) ?? spec.default;
    if (number !== undefined) return tape.literal(number, !Number.isInteger(number));
    return spec.optional ? null : refuse("operand.missing", { operand: spec.name });
  });
}

/** An op node: its result at port "out". */
export function runOp(run: NodeRun): Results {
  const { scope, step } = run.frame;
  const written = scope.plan.ops.get(run.id);
  if (!written) return nothing;
  const draw = scope.draws.get(run.id);
  const operands = operandsOf(run, written);
  if (draw) return new Map([["out", drawOnce(run, written, operands, draw)]]);
  const { compute } = written.op.rules;
  if (compute.kind === "random" && compute.onceOnly) refuse("random.drawnOnce", { op: written.op.opName });
  return new Map([["out", step.tape.record(written.op, operands, written.attributes)]]);
}

/** A parameter or buffer in scope by its name, as it was when the step began; refuses a name of nothing. */
export function memberByName(run: NodeRun, scope: Scope, name: string): Value {
  const { step } = run.frame;
  const found = findMemberByName(scope, name);
  if (!found) refuse("formula.name", { name });
  if (found.instance.kind !== "state") refuse("formula.module", { name });
  const value = step.atBegin(found.instance.slot);
  return run.frozen ? step.tape.detach(value) : value;
}

/** An expression node: names are wired ports, else members in scope. */
export function runExpression(run: NodeRun): Results {
  const { step, scope } = run.frame;
  const formula = scope.plan.formulas.get(run.id);
  if (!formula) return nothing;
  const lookup = (name: string): Value => run.inputs.get(name) ?? memberByName(run, scope, name);
  return new Map([["out", recordWith(step.tape, () => recordFormula(formula, lookup, step.library))]]);
}
