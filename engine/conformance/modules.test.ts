/** @file Generated: every nn module × sample with PyTorch: initial state, forward, gradients of inputs and of parameters. */
import { describe, expect, it } from "vitest";
import { backward } from "../autodiff/walk";
import { referenceBackend } from "../backends/reference";
import { compile } from "../compile/compile";
import { parseAttributes } from "../ir/attribute";
import { isFloat } from "../ir/dtype";
import { recordWith } from "../ir/recorder";
import type { TensorData } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { modules } from "../nn";
import type { Module } from "../nn/define-module";
import { sampleData } from "../ops/sample-data";
import { createTorchGenerator } from "../random/torch-generator";
import { createTape } from "../tape/record";
import { torchCases, type TorchCase } from "./cases";
import { difference } from "./compare";
import { weightsOf } from "./op-step";
import { runStep } from "./run-step";
import { torchFixture } from "./torch-fixtures";

const tolerance = { relative: 2e-6, absolute: 1e-7 };
const device = await referenceBackend.open({ memoryBudgetBytes: 1e9 });

interface Named {
  readonly name: string;
  readonly data: TensorData;
}

/** A module as PyTorch makes it after manual_seed: parameters and buffers by name, in the order they are drawn. */
function initialState(module: Module, written: Readonly<Record<string, unknown>>, seed: number): readonly Named[] {
  const generator = createTorchGenerator(seed);
  return module.state(parseAttributes(module.attributes, written)).map((spec) => ({
    name: spec.name,
    data: { dtype: spec.dtype, shape: spec.shape, data: spec.initialize(generator) },
  }));
}

async function runModule(
  module: Module,
  written: Readonly<Record<string, unknown>>,
  inputs: readonly Named[],
  state: readonly Named[],
) {
  const tape = createTape({ float: "float32" });
  const slots = new Map<SlotId, TensorData>();
  const place = ({ name, data }: Named): readonly [string, Value] => {
    slots.set(name as SlotId, data);
    return [name, tape.slot(name as SlotId, { dtype: data.dtype, shape: data.shape }, isFloat(data.dtype))];
  };
  const inputValues = inputs.map(place);
  const stateValues = state.map(place);
  const out = recordWith(tape, () =>
    module.forward({
      inputs: Object.fromEntries(module.inputs.map((name, i) => [name, inputValues[i]?.[1]] as const).filter(isWired)),
      state: Object.fromEntries(stateValues),
      attributes: parseAttributes(module.attributes, written),
      training: true,
    }),
  );
  const writes = new Map<SlotId, Value>([["out" as SlotId, out]]);
  const found = backward(tape, out, tape.data(weightsOf(out.type)));
  for (const [name, value] of [...inputValues, ...stateValues]) {
    const gradient = found.of(value);
    if (gradient) writes.set(`grad/${name}`, gradient);
  }
  const plan = compile({
    writes: [...writes].map(([slot, value]) => ({ slot, value })),
    given: new Map(),
    ring: [],
  });
  const outputs = new Map([...writes].map(([slot, { type }]) => [slot, type] as const));
  return { out: out.type, results: await runStep(device, { plan, inputs: slots, outputs }) };
}

function isWired(entry: readonly [string, Value | undefined]): entry is readonly [string, Value] {
  return entry[1] !== undefined;
}

const cases = new Map(torchCases().map((one) => [one.key, one]));

function test(module: Module, index: number, torchCase: TorchCase): void {
  const sample = module.samples[index];
  if (!sample) return;
  const fixture = torchFixture(torchCase);
  const state = initialState(module, sample.attributes, torchCase.seed);

  it(`${torchCase.python} starts with PyTorch's numbers`, () => {
    expect(state.map(({ name }) => name)).toEqual(Object.keys(fixture.state ?? {}));
    for (const { name, data } of state) {
      const expected = fixture.state?.[name];
      expect({ dtype: data.dtype, shape: data.shape }).toEqual({ dtype: expected?.dtype, shape: expected?.shape });
      const numbers = (expected?.data ?? []).map((x) => Math.fround(Number(x)));
      expect(difference(data.data, numbers, { relative: 1e-7, absolute: 0 }), name).toBeNull();
    }
  });

  it(`${torchCase.python} computes PyTorch's forward and backward`, async () => {
    const inputs = sample.inputs.map((input, i) => ({ name: `input${i}`, data: sampleData(input) }));
    const { out, results } = await runModule(module, sample.attributes, inputs, state);
    expect(out).toMatchObject({ dtype: fixture.dtype, shape: fixture.shape });
    expect(difference(results.get("out" as SlotId) ?? [], fixture.data ?? [], tolerance)).toBeNull();
    for (const [name, expected] of Object.entries({ ...fixture.grads, ...fixture.stateGrads })) {
      if (expected === null) continue;
      const fault = difference(results.get(`grad/${name}`) ?? [], expected, tolerance);
      expect(fault, `gradient of ${name}`).toBeNull();
    }
  });
}

for (const [name, module] of modules) {
  describe(`nn.${name}`, () => {
    module.samples.forEach((_, index) => {
      const torchCase = cases.get(`${name}[${index}]`);
      if (torchCase) test(module, index, torchCase);
      else it(`has a case in PyTorch for sample ${index}`, () => expect.unreachable());
    });
  });
}
