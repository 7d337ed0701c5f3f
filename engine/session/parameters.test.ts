/** @file What the table of parameters is drawn from: statistics of each, and its trail while a run is on. */
import { expect, test } from "vitest";
import type { EngineClient } from "./client";
import { connectFixture, exampleDocument } from "./host-fixture";

const session = "s";

async function withExample(name: string, body: (client: EngineClient) => Promise<void>): Promise<void> {
  const { client, close } = await connectFixture();
  await client.call("open", { session, revision: 1, document: exampleDocument(name) });
  await client.call("chooseDevice", { session, device: "wasm" });
  await body(client);
  await close();
}

test("statistics of parameters are those of their tensors, those of modules included", async () => {
  await withExample("mlp-nn", async (client) => {
    await client.call("run", { session, steps: 3 });
    const { rows, step } = await client.call("parameterStatistics", { session });
    const { parameters } = await client.call("parameters", { session });
    expect(step).toBe(3);
    expect(rows.map(({ name, shape }) => [name, shape])).toEqual(parameters.map(({ name, shape }) => [name, shape]));
    rows.forEach(({ value, gradient }, i) => {
      const data = [...(parameters[i]?.data ?? [])];
      const rms = Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
      expect(value.rms).toBeCloseTo(rms, 5);
      expect(value.max).toBeCloseTo(Math.max(...data.map(Math.abs)), 6);
      expect(gradient?.rms).toBeGreaterThan(0);
    });
  });
});

test("a parameter's gradient is what reaches its node", async () => {
  await withExample("poly-autograd", async (client) => {
    const { rows } = await client.call("parameterStatistics", { session });
    const { entries } = await client.call("timeline", { session });
    const reached = entries.flatMap(({ kind, gradient }) =>
      kind === "slot" && gradient ? [gradient.statistics.mean] : [],
    );
    expect(rows.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
    const means = rows.map(({ gradient }) => gradient?.mean ?? NaN);
    for (const mean of means)
      expect(reached.some((value) => Math.abs(value - mean) <= 1e-5 * Math.abs(mean))).toBe(true);
  });
});

test("a run sends the parameters' numbers from its first step to its last, about sixty times", async () => {
  await withExample("poly-autograd", async (client) => {
    const sent: { readonly step: number; readonly numbers: readonly number[] }[] = [];
    client.on("parameterNumbers", ({ step, numbers }) => sent.push({ step, numbers: [...numbers] }));
    await client.call("run", { session, steps: 600 });
    const { parameters } = await client.call("parameters", { session });
    expect(sent.map(({ step }) => step)).toEqual(Array.from({ length: 61 }, (_, i) => i * 10));
    expect(sent.at(-1)?.numbers).toEqual(parameters.map(({ data }) => data[0]));
    expect(sent[0]?.numbers).not.toEqual(sent.at(-1)?.numbers);
  });
});
