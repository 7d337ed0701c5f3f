/** @file One op × sample as a step: forward, backward with the fixed cotangent, and backward of that, compiled to a plan. */
import { backward } from "../autodiff/walk";
import { compile, type CompileOptions } from "../compile/compile";
import type { Plan } from "../compile/plan";
import { parseAttributes } from "../ir/attribute";
import { isFloat } from "../ir/dtype";
import type { AnyOp, RuleContext, Sample } from "../ir/op";
import { recordWith } from "../ir/recorder";
import { elementCount } from "../ir/shape";
import { tensorData, type TensorData, type TensorType } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { add, mul, sum } from "../ops";
import { sampleData } from "../ops/sample-data";
import { createTape, randomSlots } from "../tape/record";
import type { Tape } from "../tape/tape";
import { cotangentAt } from "./cases";

/** The slots that a step leaves its results in. */
export const outSlot = "out" as SlotId;
export const gradSlot = (operand: string): SlotId => `grad/${operand}`;
export const secondSlot = (operand: string): SlotId => `second/${operand}`;

/** A recorded op with what a device needs to run it. */
export interface OpStep {
  readonly plan: Plan;
  readonly gradFn: string | null;
  /** What the slots hold before the step. */
  readonly inputs: ReadonlyMap<SlotId, TensorData>;
  /** What the step writes. */
  readonly outputs: ReadonlyMap<SlotId, TensorType>;
  /** Float operands: those whose gradient is asked for. */
  readonly tracked: readonly { readonly name: string; readonly slot: SlotId }[];
  /** Operands whose gradient itself depends on an input, in the order in which second order contracts them. */
  readonly differentiable: readonly string[];
}

export interface StepOptions {
  readonly float: "float32" | "float64";
  /** 0 for forward only, 1 with gradients, 2 with the gradient of Σ weight · gradient too. */
  readonly order: 0 | 1 | 2;
  readonly compile?: CompileOptions;
}

/** Fixed numbers of one sign or the other: what a tensor is contracted with to become one scalar. */
export function weightsOf(type: TensorType, shift = 0): TensorData {
  const values = Array.from({ length: elementCount(type.shape) }, (_, i) => cotangentAt(i + shift));
  return tensorData(type.dtype, type.shape, values);
}

function secondOrder(tape: Tape, live: readonly Value[], inputs: readonly Value[]): ReadonlyMap<Value, Value> {
  const parts = recordWith(tape, () =>
    live.map((gradient, i) => sum(mul(gradient, tape.data(weightsOf(gradient.type, i + 1))))),
  );
  const [first, ...others] = parts;
  if (!first) return new Map();
  const total = recordWith(tape, () => others.reduce((a, b) => add(a, b), first));
  const found = backward(tape, total, null, { createGraph: true });
  return new Map(inputs.flatMap((input) => [[input, found.of(input)] as const]).filter(isFound));
}

function isFound(entry: readonly [Value, Value | null]): entry is readonly [Value, Value] {
  return entry[1] !== null;
}

/** What the type rule of an op is told of a sample, and the type it answers. */
export function sampleContext(op: AnyOp, sample: Sample): RuleContext {
  const operands: Record<string, TensorType | null> = {};
  op.signature.operands.forEach(({ name }, i) => {
    const written = sample.operands[i] ?? null;
    const number = { dtype: Number.isInteger(written) ? "int64" : "float32", shape: [], weak: true } as const;
    operands[name] = typeof written === "number" ? number : written && { dtype: written.dtype, shape: written.shape };
  });
  // Operands are null only where a sample leaves an optional one out.
  const context = {
    operands: operands as Record<string, TensorType>,
    attributes: parseAttributes(op.signature.attributes, sample.attributes ?? {}),
  };
  return { ...context, out: op.rules.type(context) };
}

/** Records and compiles one op × sample; refuses what its type rule refuses. */
export function opStep(op: AnyOp, sample: Sample, options: StepOptions): OpStep {
  const tape = createTape({ float: options.float });
  const inputs = new Map<SlotId, TensorData>();
  const tracked: { name: string; slot: SlotId; value: Value }[] = [];
  const operands = op.signature.operands.map(({ name }, i) => {
    const written = sample.operands[i] ?? null;
    if (written === null) return null;
    if (typeof written === "number") return tape.literal(written, !Number.isInteger(written));
    const slot: SlotId = `in/${name}`;
    const data = sampleData(written, options.float);
    inputs.set(slot, data);
    const value = tape.slot(slot, { dtype: data.dtype, shape: data.shape }, isFloat(data.dtype));
    if (isFloat(data.dtype)) tracked.push({ name, slot, value });
    return value;
  });
  const attributes = parseAttributes(op.signature.attributes, sample.attributes ?? {});
  const out = recordWith(tape, () => tape.record(op, operands, attributes));
  const writes = new Map<SlotId, Value>([[outSlot, out]]);
  const differentiable: string[] = [];
  if (options.order > 0 && out.requiresGrad) {
    const cotangent = tape.data(weightsOf(out.type));
    const found = backward(tape, out, cotangent, { createGraph: options.order === 2 });
    const live: Value[] = [];
    for (const { name, value } of tracked) {
      const gradient = found.of(value);
      if (!gradient) continue;
      writes.set(gradSlot(name), gradient);
      if (!gradient.requiresGrad) continue;
      differentiable.push(name);
      live.push(gradient);
    }
    const inputValues = tracked.map(({ value }) => value);
    const second = options.order === 2 ? secondOrder(tape, live, inputValues) : new Map<Value, Value>();
    for (const { name, value } of tracked) {
      const gradient = second.get(value);
      if (gradient) writes.set(secondSlot(name), gradient);
    }
  }
  if (tape.draws > 0) {
    Object.values(randomSlots).forEach((slot, i) => inputs.set(slot, tensorData("int32", [], [i + 1])));
  }
  const request = {
    writes: [...writes].map(([slot, value]) => ({ slot, value })),
    given: new Map<Value, SlotId>(),
    ring: [],
  };
  return {
    plan: compile(request, options.compile),
    gradFn: out.gradFn,
    inputs,
    outputs: new Map([...writes].map(([slot, { type }]) => [slot, type])),
    differentiable,
    tracked: tracked.map(({ name, slot }) => ({ name, slot })),
  };
}
