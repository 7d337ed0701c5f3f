/** @file Every example document gives PyTorch's numbers: losses, first gradients, values, and what is refused. */
import { describe, expect, it } from "vitest";
import { referenceBackend } from "../backends/reference";
import { wasmBackend } from "../backends/wasm";
import { createNodeWebgpuBackend } from "../backends/webgpu/node";
import { applyFix } from "../document/apply-fix";
import type { ChainruleDocument } from "../document/document";
import type { TensorData } from "../ir/tensor";
import { exampleDocument, firstGradients, namedValues, openTrainer, trainExample } from "./example-fixtures";
import {
  agreement,
  agreement64,
  fixtures,
  gradientDistance,
  seeds,
  trainingFixture,
  trainingRows,
  valueRows,
  type TrainingRow,
} from "./torch-examples";

const webgpu = createNodeWebgpuBackend();
const gpu = await webgpu.status();
const rows = Object.keys(trainingRows) as TrainingRow[];
const isSmall = (row: TrainingRow) => row < "E09";

// One seed a row, in turn: the command line is held to every seed, row and device by scripts/conformance.
const runs = rows.map((row, i) => ({ row, seed: seeds[i % seeds.length] ?? 0 }));

/** The losses of a run as the rule of agreement asks for them. */
const strayOf = (losses: readonly number[], row: TrainingRow, seed: number) =>
  agreement((step) => losses[step], trainingFixture(row, seed)).stray;

describe("losses", () => {
  it.each(runs)("$row, seed $seed, on wasm: every logged step is PyTorch's", async ({ row, seed }) => {
    const losses = await trainExample(exampleDocument(trainingRows[row].file), wasmBackend, seed);
    expect(losses.length).toBeGreaterThan(Math.max(...Object.keys(trainingFixture(row, seed).losses).map(Number)));
    expect(strayOf(losses, row, seed)).toEqual([]);
  });

  it.each(["E03", "E04", "E06"] as const)("%s on reference: the first logged step is PyTorch's", async (row) => {
    const document = exampleDocument(trainingRows[row].file);
    const losses = await trainExample(document, referenceBackend, 0, document.training.logEvery);
    expect(strayOf(losses, row, 0)).toEqual([]);
  });

  const wide = rows.filter((row) => isSmall(row) || row === "E14");
  it.each(wide)("%s in float64: the logged steps are PyTorch's in float64", async (row) => {
    const document = exampleDocument(trainingRows[row].file);
    const { steps, logEvery } = document.training;
    const count = isSmall(row) ? steps : logEvery;
    const losses = await trainExample(document, referenceBackend, 0, count, "float64");
    expect(losses).toHaveLength(count);
    expect(agreement64((step) => losses[step], row, 0).stray).toEqual([]);
  });

  const onGpu = ["E03", "E04", "E07"] as const;
  it.skipIf(!gpu.ok).each(onGpu)("%s on webgpu: the first logged step is PyTorch's", async (row) => {
    const document = exampleDocument(trainingRows[row].file);
    const losses = await trainExample(document, webgpu, 0, document.training.logEvery);
    expect(losses).toHaveLength(document.training.logEvery);
    expect(strayOf(losses, row, 0)).toEqual([]);
  });

  it("are told apart from those of a document that is slightly wrong", async () => {
    const document = exampleDocument("poly-optim");
    const edit = { kind: "setMemberAttribute", member: "optimizer", attribute: "lr", value: 1.001e-3 } as const;
    const wrong: ChainruleDocument = applyFix(document, "main", edit);
    expect(wrong).not.toBe(document);
    expect(strayOf(await trainExample(wrong, wasmBackend, 0), "E06", 0)).not.toEqual([]);
  });
});

describe("gradients of step 0", () => {
  it.each(runs)("$row, seed $seed: within 1e-5 of PyTorch's", async ({ row, seed }) => {
    const gradients = await firstGradients(exampleDocument(trainingRows[row].file), wasmBackend, seed);
    const expected = trainingFixture(row, seed).gradients;
    expect([...gradients.keys()].sort()).toEqual(Object.keys(expected).sort());
    expect(gradientDistance(gradients, expected)).toBeLessThanOrEqual(1e-5);
  });
});

/** One pass of a document as `eval` makes it. */
async function evaluate(file: string) {
  const trainer = await openTrainer(exampleDocument(file), wasmBackend, 0);
  const trace = await trainer.traceNext(true);
  const named = [...namedValues(trace)];
  const data = await trainer.evaluate(named.map(([, value]) => value));
  trainer.close();
  const values = new Map(named.map(([name, value], i) => [name, { value, data: data[i] }]));
  return { values, errors: trace.errors };
}

function numbers(data: TensorData | undefined): readonly number[] {
  return data ? [...data.data] : [];
}

const flat = (tensor: unknown): readonly number[] => [tensor].flat(Infinity).map(Number);

describe("values", () => {
  it.each(Object.entries(valueRows))("of %s are PyTorch's, by the names of nodes", async (row, file) => {
    const { values } = await evaluate(file);
    const expected = fixtures.values[row]?.result ?? {};
    expect(Object.keys(expected).length).toBeGreaterThan(2);
    for (const [name, tensor] of Object.entries(expected)) {
      expect(numbers(values.get(name)?.data), name).toEqual(flat(tensor).map((x) => expect.closeTo(x, 6)));
    }
  });

  it("of E19 say what requires a gradient and by which backward", async () => {
    const { values } = await evaluate("autograd-basics");
    const flags = (name: string) => [values.get(name)?.value.requiresGrad, values.get(name)?.value.gradFn];
    expect(["y", "z", "out", "dot"].map(flags)).toEqual([
      [true, "AddBackward0"],
      [true, "MulBackward0"],
      [true, "MeanBackward0"],
      [true, "AddBackward0"],
    ]);
    const names = ["before_requires_grad", "after_requires_grad", "x_squared", "x_detached", "x_squared_no_grad"];
    expect(names.map((name) => values.get(name)?.value.requiresGrad)).toEqual([false, true, true, false, false]);
  });

  it("of E21 and E22 come with the sentence PyTorch refuses with", async () => {
    const refused = async (file: string) => (await evaluate(file)).errors.map(({ name, message }) => [name, message]);
    expect(await refused("vector-backward")).toEqual([
      ["without_cotangent", expect.stringContaining("grad can be implicitly created only for scalar outputs")],
    ]);
    expect(await refused("retain-graph")).toEqual([
      ["second_backward", expect.stringContaining("Trying to backward through the graph a second time")],
    ]);
  });
});
