/** @file Costs of recorded values: floating point operations, bytes made, and bytes that backward keeps. */
import { storageBytes } from "../ir/dtype";
import type { AnyOp } from "../ir/op";
import { recordWith } from "../ir/recorder";
import { elementCount } from "../ir/shape";
import type { Value } from "../ir/value";
import { createTape, gradientRule, namedOperands } from "../tape/record";
import { noCost, type Cost } from "./analysis";

/** Bytes of a value's elements on a device. */
export function bytesOf(value: Pick<Value, "type">): number {
  return elementCount(value.type.shape) * storageBytes(value.type.dtype);
}

/** Sums of costs. */
export function addCosts(costs: Iterable<Cost>): Cost {
  const total = { ...noCost };
  for (const cost of costs) for (const key of Object.keys(total) as (keyof Cost)[]) total[key] += cost[key];
  return total;
}

function flopsOf(value: Value): number {
  const { definition } = value;
  if (definition.kind !== "op") return 0;
  const { compute } = definition.op.rules;
  switch (compute.kind) {
    case "pointwise":
      return elementCount(value.type.shape);
    case "reduce":
      return elementCount(definition.operands[0]?.type.shape ?? []);
    case "contract":
      return 2 * contractedElements(compute.equation, definition.operands);
    case "view":
    case "random":
    case "composite":
      return 0;
  }
}

/** The product of every letter's extent: `mk,kn->mn` makes m·k·n. */
function contractedElements(equation: string, operands: readonly (Value | null)[]): number {
  const extents = new Map<string, number>();
  const inputs = equation.split("->")[0]?.split(",") ?? [];
  inputs.forEach((letters, i) =>
    [...letters].forEach((letter, axis) => extents.set(letter, operands[i]?.type.shape[axis] ?? 1)),
  );
  return [...extents.values()].reduce((product, extent) => product * extent, 1);
}

/** What the backward of one primitive reads, and its operations. */
interface BackwardUse {
  readonly operands: readonly number[];
  readonly out: boolean;
  readonly flops: number;
}

/** Computed from plain numbers alone: done once, by the compiler. */
function isConstant({ definition }: Value): boolean {
  if (definition.kind === "literal") return true;
  if (definition.kind === "alias") return isConstant(definition.of);
  return definition.kind === "op" && definition.operands.every((operand) => operand === null || isConstant(operand));
}

/** Uses remembered for one op. */
const mostKnown = 1000;
const knownUses = new WeakMap<AnyOp, Map<string, BackwardUse>>();

/** Records the gradient rules of a primitive once and looks at what they read. */
function backwardUse(value: Value): BackwardUse | null {
  const { definition } = value;
  if (definition.kind !== "op" || !value.requiresGrad) return null;
  const { op, operands, attributes } = definition;
  const needs = operands.map((operand, i) => (operand?.requiresGrad ? gradientRule(op, i) : null));
  const key = needs.map((rule, i) => `${rule ? "∇" : ""}${operands[i]?.type.shape.join(",")}`).join(";");
  const known = knownUses.get(op) ?? new Map<string, BackwardUse>();
  knownUses.set(op, known);
  const found = known.get(key);
  if (found) return found;
  if (known.size > mostKnown) known.clear();
  const tape = createTape({ float: "float32" });
  const stand = (of: Value) => tape.alias({ ...of, requiresGrad: false });
  const inputs = operands.map((operand) => operand && stand(operand));
  const out = stand(value);
  const grad = stand(value);
  const start = tape.values.length;
  for (const rule of needs) {
    if (rule) recordWith(tape, () => rule({ grad, operands: namedOperands(op, inputs), out, attributes }));
  }
  const made = tape.values.slice(start);
  const read = new Set(made.flatMap((v) => (v.definition.kind === "op" ? v.definition.operands : [])));
  const flops = made.reduce((sum, v) => sum + (isConstant(v) ? 0 : flopsOf(v)), 0);
  const use: BackwardUse = {
    operands: inputs.flatMap((input, i) => (input && read.has(input) ? [i] : [])),
    out: read.has(out),
    flops,
  };
  known.set(key, use);
  return use;
}

/** The cost of values that one node recorded. `saved` holds what is counted as kept already. */
export function costOf(values: readonly Value[], saved: Set<Value>): Cost {
  const cost = { ...noCost };
  for (const value of values) {
    const { kind } = value.definition;
    if (kind === "slot" || kind === "literal" || kind === "alias") continue;
    const isView = value.definition.kind === "op" && value.definition.op.rules.compute.kind === "view";
    const flops = flopsOf(value);
    cost.flops += flops;
    if (!isView) cost.forwardBytes += bytesOf(value);
    const use = backwardUse(value);
    if (!use || value.definition.kind !== "op") continue;
    cost.backwardFlops += use.flops;
    const { operands } = value.definition;
    const kept = use.operands.map((i) => operands[i]);
    for (const each of use.out ? [...kept, value] : kept) {
      if (!each || saved.has(each) || each.definition.kind === "slot" || each.definition.kind === "literal") continue;
      saved.add(each);
      cost.savedBytes += bytesOf(each);
    }
  }
  return cost;
}
