/** @file Training for long does not grow: a graph that changes each step (E17), its plans, and what is read back. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { Backend } from "../backends/backend";
import { wasmBackend } from "../backends/wasm";
import { createNodeWebgpuBackend } from "../backends/webgpu/node";
import { exampleDocument, openTrainer } from "./example-fixtures";
import { trainingRows } from "./torch-examples";

const full = process.env["CHAINRULE_FULL"] === "1";
const webgpu = createNodeWebgpuBackend();
const gpu = await webgpu.status();

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that the process holds once what nobody refers to is gone: the script's own, and all there are. */
async function bytesNow(): Promise<{ readonly script: number; readonly process: number }> {
  for (let turn = 0; turn < 4; turn++) {
    // Callbacks that let go of device memory have turns of the event loop of their own.
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { script: heapUsed + external, process: rss };
}

/** Trains E17 and gives the bytes gained between two steps; `each` is told the losses of each batch. */
async function growth(backend: Backend, from: number, until: number, each: (losses: ArrayLike<number>) => void) {
  const trainer = await openTrainer(exampleDocument(trainingRows.E17.file), backend, 0);
  try {
    const onSteps = (_: number, losses: ArrayLike<number>): void => each(losses);
    await trainer.run({ until: from, stopOnNaN: true, onSteps });
    const before = await bytesNow();
    const end = await trainer.run({ until, stopOnNaN: true, onSteps });
    const after = await bytesNow();
    expect(end).toMatchObject({ reason: "done", step: until });
    return { script: after.script - before.script, process: after.process - before.process };
  } finally {
    trainer.close();
  }
}

const megabyte = 2 ** 20;
const steps = full ? 10_000 : 2500;

it(`${steps} steps of E17 on wasm hold no more than the first thousand`, async () => {
  const gained = await growth(wasmBackend, 1000, steps, () => undefined);
  expect(gained.script).toBeLessThan(megabyte);
  expect(gained.process).toBeLessThan(24 * megabyte);
});

it("a kilobyte kept of each step is noticed", async () => {
  const kept: Float64Array[] = [];
  const keep = (losses: ArrayLike<number>): void => {
    for (let i = 0; i < losses.length; i++) kept.push(new Float64Array(128));
  };
  const gained = await growth(wasmBackend, 500, 2000, keep);
  expect(kept.length).toBe(2000);
  expect(gained.script).toBeGreaterThan(megabyte);
});

it.skipIf(!gpu.ok || !full)("300 steps of E17 on webgpu hold no more than the first hundred", async () => {
  const gained = await growth(webgpu, 100, 300, () => undefined);
  expect(gained.script).toBeLessThan(megabyte);
  expect(gained.process).toBeLessThan(24 * megabyte);
});
