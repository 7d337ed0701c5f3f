/** @file Generated: every optimiser × sample with PyTorch, step by step, in float32 on every backend and in float64. */
import { describe, expect, it } from "vitest";
import type { Device } from "../backends/backend";
import { referenceBackend } from "../backends/reference";
import { wasmBackend } from "../backends/wasm";
import { compile } from "../compile/compile";
import { parseAttributes } from "../ir/attribute";
import { recordWith } from "../ir/recorder";
import { tensorData, type TensorData, type TensorType, type TypedArray } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { optimizers } from "../optim";
import type { Optimizer } from "../optim/define-optimizer";
import { sampleData } from "../ops/sample-data";
import { createTape } from "../tape/record";
import { optimizerGradient, optimizerParameter, optimizerSteps, torchCases } from "./cases";
import { difference } from "./compare";
import { runStep, type Runnable } from "./run-step";
import { torchFixture } from "./torch-fixtures";

const parameterSlot = "parameter" as SlotId;
const gradientSlot = "gradient" as SlotId;
type Float = "float32" | "float64";

/** One step: parameter, gradient and state in, parameter and state out, in the same slots. */
function optimizerStep(optimizer: Optimizer, written: Readonly<Record<string, unknown>>, float: Float): Runnable {
  const attributes = parseAttributes(optimizer.attributes, written);
  const tape = createTape({ float });
  const inputs = new Map<SlotId, TensorData>();
  const slot = (name: SlotId, data: TensorData): Value => {
    inputs.set(name, data);
    return tape.slot(name, { dtype: data.dtype, shape: data.shape }, false);
  };
  const scalar = (value: number): TensorData => tensorData(float, [], [value]);
  const parameter = slot(parameterSlot, sampleData(optimizerParameter, float));
  const grad = slot(gradientSlot, sampleData(optimizerGradient(0), float));
  const zeros = tensorData(float, optimizerParameter.shape, []);
  const state = Object.fromEntries(
    optimizer
      .state(attributes)
      .map(({ name, like }) => [name, slot(`state/${name}`, like === "scalar" ? scalar(0) : zeros)]),
  );
  const hyper = Object.fromEntries(
    optimizer.hyper.map((name) => [name, slot(`hyper/${name}`, scalar(Number(attributes[name])))]),
  );
  const next = recordWith(tape, () =>
    tape.noGrad(() => optimizer.update({ parameter, grad, state, hyper, attributes })),
  );
  expect(Object.keys(next.state).sort()).toEqual(Object.keys(state).sort());
  const writes = [
    { slot: parameterSlot, value: next.parameter },
    ...Object.entries(next.state).map(([name, value]) => ({ slot: `state/${name}` as SlotId, value })),
  ];
  const outputs = new Map<SlotId, TensorType>(writes.map(({ slot: id, value }) => [id, value.type]));
  return { plan: compile({ writes, given: new Map(), ring: [] }), inputs, outputs };
}

async function runSteps(device: Device, step: Runnable, float: Float): Promise<readonly TypedArray[]> {
  let held: ReadonlyMap<SlotId, TypedArray> = new Map();
  const parameters: TypedArray[] = [];
  for (let i = 0; i < optimizerSteps; i++) {
    const gradient = sampleData(optimizerGradient(i), float).data;
    held = await runStep(device, step, new Map([...held, [gradientSlot, gradient]]));
    parameters.push(held.get(parameterSlot) ?? new Float32Array());
  }
  return parameters;
}

const cases = new Map(torchCases().map((one) => [one.key, one]));
const runs = [
  { backend: referenceBackend, float: "float32" },
  { backend: referenceBackend, float: "float64" },
  { backend: wasmBackend, float: "float32" },
] as const;

for (const [name, optimizer] of optimizers) {
  describe(`optim.${name}`, () => {
    optimizer.samples.forEach((written, index) => {
      const torchCase = cases.get(`${name}[${index}]`);
      if (!torchCase) return it(`has a case in PyTorch for sample ${index}`, () => expect.unreachable());
      it.each(runs)(`${torchCase.python} steps as PyTorch on $backend.name in $float`, async ({ backend, float }) => {
        const device = await backend.open({ memoryBudgetBytes: 1e9 });
        const found = await runSteps(device, optimizerStep(optimizer, written, float), float);
        device.close();
        found.forEach((parameter, i) => {
          const fault = difference(parameter, torchFixture(torchCase).steps?.[i] ?? [], {
            relative: 1e-6,
            absolute: 0,
          });
          expect(fault, `step ${i}`).toBeNull();
        });
      });
    });
  });
}
