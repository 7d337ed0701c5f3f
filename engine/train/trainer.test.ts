/** @file The step loop on the reference backend: paths, batches, stops, edits, checkpoints, NaN, probes, memory. */
import { describe, expect, test } from "vitest";
import { referenceBackend } from "../backends/reference/index";
import type { Device } from "../backends/backend";
import { readStatistics, recordStatistics } from "../probe/statistics";
import { createTorchGenerator } from "../random/torch-generator";
import { fixtureLosses, fixtureProgram, type FixtureOptions } from "./program-fixture";
import { Trainer, type RunEnd } from "./trainer";

const clock = { now: () => performance.now(), breathe: () => Promise.resolve() };

async function open(budget = 2 ** 30): Promise<Device> {
  return referenceBackend.open({ memoryBudgetBytes: budget });
}

async function make(options: FixtureOptions, seed = 3, maxPaths = 64) {
  const device = await open();
  const program = fixtureProgram(options);
  return { device, program, trainer: await Trainer.create({ device, clock, program, seed, maxPaths }) };
}

async function train(trainer: Trainer, until: number, stopOnNaN = true): Promise<{ losses: number[]; end: RunEnd }> {
  const losses: number[] = [];
  const end = await trainer.run({ until, stopOnNaN, onSteps: (_, batch) => losses.push(...batch) });
  return { losses, end };
}

function expected(options: FixtureOptions, seed: number, steps: number): number[] {
  const generator = createTorchGenerator(seed);
  const n = options.elements ?? 3;
  const x = [...generator.rand(n)];
  const w = [...generator.randn(n)];
  const turns = Array.from({ length: steps }, () =>
    options.by === "draw" ? (generator.randint(0, options.outOf ?? 4, 1)[0] ?? 0) : 0,
  );
  return fixtureLosses(x, w, turns, options.lr ?? 0.01);
}

function close(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  found.forEach((loss, i) => expect(Math.abs(loss / (wanted[i] ?? 0) - 1)).toBeLessThan(1e-4));
}

describe("Trainer", () => {
  test("trains as the same arithmetic in plain JavaScript does", async () => {
    const { trainer, program } = await make({ by: "nothing" });
    const { losses, end } = await train(trainer, 50);
    expect(end).toEqual({ reason: "done", step: 50 });
    close(losses, expected({ by: "nothing" }, 3, 50));
    // Without and with a gradient from the step before: two paths.
    expect([trainer.paths, program.traces]).toEqual([2, 2]);
  });

  test("draws in PyTorch's order and traces each path once", async () => {
    const { trainer, program } = await make({ by: "draw" });
    const { losses } = await train(trainer, 200);
    close(losses, expected({ by: "draw" }, 3, 200));
    expect(trainer.paths).toBe(5);
    expect(program.traces).toBe(5);
  });

  test("stays right and bounded where there are more paths than are kept", async () => {
    const { trainer } = await make({ by: "draw", outOf: 12 }, 3, 3);
    const { losses } = await train(trainer, 60);
    close(losses, expected({ by: "draw", outOf: 12, lr: 0.01 }, 3, 60));
    expect(trainer.paths).toBeLessThanOrEqual(3);
  });

  test("decides by a number read back, along known and unknown paths alike", async () => {
    const { trainer } = await make({ by: "read", lr: 0.2 });
    const { losses } = await train(trainer, 40);
    const generator = createTorchGenerator(3);
    const [x, w] = [[...generator.rand(3)], [...generator.randn(3)]];
    // Turn by turn: the sign of Σw decides, so follow it with the checkpointed weights of a second trainer.
    const second = (await make({ by: "read", lr: 0.2 })).trainer;
    const turns: number[] = [];
    for (let step = 0; step < 40; step++) {
      const weights = (await second.parameters()).get("w")?.data ?? [];
      turns.push([...weights].reduce((a, b) => a + b, 0) > 0 ? 1 : 0);
      await second.run({ until: step + 1, stopOnNaN: true });
    }
    close(losses, fixtureLosses(x, w, turns, 0.2));
    expect(new Set(turns).size).toBeGreaterThan(0);
  });

  test("cancelled in the middle, it goes on as if it had not been", async () => {
    const whole = await train((await make({ by: "draw" })).trainer, 120);
    const { trainer } = await make({ by: "draw" });
    const losses: number[] = [];
    let asked = 0;
    while (trainer.step < 120) {
      await trainer.run({
        until: 120,
        stopOnNaN: true,
        cancelled: () => ++asked % 7 === 0,
        onSteps: (_, batch) => losses.push(...batch),
      });
    }
    expect(losses).toEqual(whole.losses);
  });

  test("resumes from a checkpoint on another device with the same losses", async () => {
    const { trainer } = await make({ by: "draw" });
    await train(trainer, 33);
    const checkpoint = await trainer.checkpoint();
    const rest = await train(trainer, 80);
    const { trainer: other } = await make({ by: "draw" }, 99);
    expect(await other.restore(checkpoint)).toEqual([]);
    expect((await train(other, 80)).losses).toEqual(rest.losses);
  });

  test("starts over from a seed", async () => {
    const { trainer } = await make({ by: "draw" });
    await train(trainer, 20);
    await trainer.reset(8);
    close((await train(trainer, 30)).losses, expected({ by: "draw" }, 8, 30));
  });

  test("a hyperparameter changes at the next step without a new plan", async () => {
    const { trainer } = await make({ by: "nothing" });
    await train(trainer, 10);
    const edited = fixtureProgram({ by: "nothing", lr: 0 });
    expect(await trainer.edit(edited)).toEqual([]);
    const { losses } = await train(trainer, 13);
    expect(losses[1]).toBe(losses[2]);
    expect(edited.traces).toBe(0);
  });

  test("a structural edit carries state by slot; a new shape begins anew, and an undo brings it back", async () => {
    const { trainer } = await make({ by: "nothing" });
    await train(trainer, 10);
    const before = (await trainer.parameters()).get("w");
    expect(await trainer.edit(fixtureProgram({ by: "nothing", variant: true }))).toEqual([]);
    expect((await trainer.parameters()).get("w")).toEqual(before);
    expect(await trainer.edit(fixtureProgram({ by: "nothing", elements: 5 }))).toContain("w");
    expect((await trainer.parameters()).get("w")?.shape).toEqual([5]);
    await train(trainer, 12);
    expect(await trainer.edit(fixtureProgram({ by: "nothing" }))).toEqual([]);
    expect((await trainer.parameters()).get("w")).toEqual(before);
  });

  test("an edit before the first step begins as if the edited document had just been opened", async () => {
    const { trainer } = await make({ by: "nothing" });
    await trainer.edit(fixtureProgram({ by: "draw" }), 8);
    expect(trainer.seed).toBe(8);
    close((await train(trainer, 30)).losses, expected({ by: "draw" }, 8, 30));
  });

  test("stops at a NaN loss, names the first node in forward order, and keeps the state before it", async () => {
    const { trainer } = await make({ by: "draw", lr: 1e15 });
    const { losses, end } = await train(trainer, 1000);
    expect(end.reason).toBe("nan");
    expect(losses.findIndex(Number.isNaN)).toBe(end.step);
    expect(trainer.step).toBe(end.step);
    expect(end).toMatchObject({ where: { name: "w", origin: { node: "w" } } });
    const again = await train(trainer, 1000);
    expect(again.end).toMatchObject({ reason: "nan", step: end.step });
  });

  test("keeps going past NaN when told to", async () => {
    const { trainer } = await make({ by: "nothing", lr: 1e15 });
    expect((await train(trainer, 50, false)).end).toEqual({ reason: "done", step: 50 });
  });

  test("a probe's statistics come from the step it names, and change nothing", async () => {
    const plain = await train((await make({ by: "draw" })).trainer, 40);
    const { trainer } = await make({ by: "draw" });
    const seen: { step: number; mean: number; max: number }[] = [];
    trainer.probe = {
      layout: 1,
      everyMs: 0,
      instrument: (trace) => ({
        scalars: trace.loss ? recordStatistics(trace.tape, trace.loss) : [],
        onSample: (step, values) => seen.push({ step, ...readStatistics(values, 0) }),
      }),
    };
    const { losses } = await train(trainer, 40);
    expect(losses).toEqual(plain.losses);
    expect(seen.length).toBeGreaterThan(2);
    for (const { step, mean, max } of seen) expect([mean, max]).toEqual([losses[step], losses[step]]);
  });

  test("values of the coming step can be looked at without making it", async () => {
    const { trainer } = await make({ by: "draw" });
    const trace = await trainer.traceNext();
    const [loss] = await trainer.evaluate(trace.loss ? [trace.loss] : []);
    const { losses } = await train(trainer, 3);
    expect(loss?.data[0]).toBe(losses[0]);
  });

  test("releases everything", async () => {
    const { trainer, device } = await make({ by: "draw" });
    await train(trainer, 30);
    expect(device.bytes()).toBeGreaterThan(0);
    trainer.close();
    expect(device.bytes()).toBe(0);
  });

  test("ten thousand steps over five paths keep device memory level", async () => {
    const { trainer, device } = await make({ by: "draw" });
    await train(trainer, 500);
    const bytes = device.bytes();
    await train(trainer, 10_000);
    expect(device.bytes()).toBe(bytes);
  });
});
