/** @file A program of several ops as a step, and what of it differs from what PyTorch gave. */
import { backward } from "../autodiff/walk";
import type { Device } from "../backends/backend";
import { compile } from "../compile/compile";
import { isFloat } from "../ir/dtype";
import { recordWith } from "../ir/recorder";
import type { TensorData, TensorType } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { add, mul, sum, tensor } from "../ops";
import { sampleData } from "../ops/sample-data";
import { createTape } from "../tape/record";
import type { Tape } from "../tape/tape";
import { difference, type PrintedNumber } from "./compare";
import { weightsOf } from "./op-step";
import type { RandomProgram } from "./random-programs";
import { runStep, type Runnable } from "./run-step";
import type { TorchFixture } from "./torch-fixtures";

/** Of sums in another order, grown along the program and twice through its gradients. */
const tolerances = { outs: 2e-5, grads: 1e-4, seconds: 1e-3 } as const;

interface Recorded {
  readonly step: Runnable;
  /** Slots by what they hold: "outs 0", "grads x0", "seconds x0". */
  readonly written: ReadonlyMap<string, Value>;
}

function record(program: RandomProgram): Recorded {
  const tape = createTape({ float: "float32" });
  const inputs = new Map<SlotId, TensorData>();
  const values = new Map<string, Value>();
  for (const [name, leaf] of program.leaves) {
    const data = sampleData(leaf);
    inputs.set(name as SlotId, data);
    values.set(name, tape.slot(name as SlotId, { dtype: data.dtype, shape: data.shape }, isFloat(data.dtype)));
  }
  const named = (name: string): Value => {
    const value = values.get(name);
    if (!value) throw new Error(`${name} is not recorded`);
    return value;
  };
  for (const { name, op, operands, attributes } of program.steps) {
    const given = operands.map((operand) =>
      typeof operand === "number" ? tape.literal(operand, !Number.isInteger(operand)) : named(operand.name),
    );
    values.set(name, recordWith(tape, () => tape.record(op, given, attributes))); // prettier-ignore
  }
  const outs = program.outs.map(named);
  const tracked = [...program.leaves.keys()].filter((name) => named(name).requiresGrad);
  const first = derived(tape, contracted(tape, outs));
  const grads = tracked.map((name) => first(named(name)));
  const second = derived(tape, contracted(tape, grads));
  const written = new Map<string, Value>();
  outs.forEach((value, i) => written.set(`outs ${i}`, value));
  tracked.forEach((name, i) => {
    const [gradient, next] = [grads[i], second(named(name))];
    if (gradient) written.set(`grads ${name}`, gradient);
    if (next) written.set(`seconds ${name}`, next);
  });
  const writes = [...written].map(([slot, value]) => ({ slot: slot as SlotId, value }));
  const outputs = new Map<SlotId, TensorType>(writes.map(({ slot, value }) => [slot, value.type]));
  return { step: { plan: compile({ writes, given: new Map(), ring: [] }), inputs, outputs }, written };
}

/** As `contracted` of scripts/fixtures/torch_fixtures.py. */
function contracted(tape: Tape, tensors: readonly (Value | null)[]): Value {
  const weighted = (total: Value, value: Value | null, i: number): Value =>
    value?.requiresGrad === true ? add(total, sum(mul(value, tape.data(weightsOf(value.type, i))))) : total;
  return recordWith(tape, () => tensors.reduce(weighted, tensor({ data: 0, dtype: "float32" })));
}

function derived(tape: Tape, scalar: Value): (leaf: Value) => Value | null {
  if (!scalar.requiresGrad) return () => null;
  return backward(tape, scalar, null, { createGraph: true }).of;
}

/** Sentences on results, gradients and second derivatives that are not PyTorch's; none where all agree. */
export async function programFaults(
  device: Device,
  program: RandomProgram,
  { outs = [], grads = {}, seconds = {} }: Pick<TorchFixture, "outs" | "grads" | "seconds">,
): Promise<readonly string[]> {
  const { step, written } = record(program);
  const found = await runStep(device, step);
  const faults: string[] = [];
  const compare = (kind: keyof typeof tolerances, name: string, wanted: readonly PrintedNumber[]): void => {
    const numbers = found.get(`${kind} ${name}` as SlotId) ?? wanted.map(() => 0);
    const limit = { relative: tolerances[kind], absolute: tolerances[kind] / 10 };
    const fault = difference(numbers, wanted, limit);
    if (fault) faults.push(`${kind} ${name}: ${fault}`);
  };
  outs.forEach(({ dtype, shape, data }, i) => {
    const type = written.get(`outs ${i}`)?.type;
    const [ours, theirs] = [`${type?.dtype} [${type?.shape.join(", ")}]`, `${dtype} [${shape.join(", ")}]`];
    if (ours === theirs) compare("outs", String(i), data);
    else faults.push(`outs ${i}: ${ours}, expected ${theirs}`);
  });
  for (const [name, wanted] of Object.entries(grads)) {
    const reached = written.has(`grads ${name}`);
    if (reached !== (wanted !== null)) faults.push(`grads ${name}: ${reached ? "one" : "none"}, where PyTorch differs`);
    else if (wanted) compare("grads", name, wanted);
  }
  // Where PyTorch has zeros of a second derivative, ours may have none.
  for (const [name, wanted] of Object.entries(seconds)) if (wanted) compare("seconds", name, wanted);
  return faults;
}
