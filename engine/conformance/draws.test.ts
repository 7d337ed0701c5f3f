/** @file Draws made each step on a device: their distributions, and that steps and streams differ. */
import { expect, it } from "vitest";
import { referenceBackend } from "../backends/reference";
import { wasmBackend } from "../backends/wasm";
import { compile } from "../compile/compile";
import { recordWith } from "../ir/recorder";
import { tensorData } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import { rand, randint, randn, randnLike, zeros } from "../ops";
import { createTape, randomSlots } from "../tape/record";
import { runStep } from "./run-step";

const count = 20_000;
const backends = [referenceBackend, wasmBackend];

/** What these draws give in the step of this number. */
async function draw(backend: (typeof backends)[number], step: number, ...makers: readonly (() => Value)[]) {
  const tape = createTape({ float: "float32" });
  const writes = recordWith(tape, () => makers.map((make, i) => ({ slot: `draw/${i}` as SlotId, value: make() })));
  const plan = compile({ writes, given: new Map(), ring: [] });
  const device = await backend.open({ memoryBudgetBytes: 1e9 });
  const seeds = [12, 34, step];
  const inputs = new Map(Object.values(randomSlots).map((slot, i) => [slot, tensorData("int32", [], [seeds[i] ?? 0])]));
  const outputs = new Map(writes.map(({ slot, value }) => [slot, value.type]));
  const found = await runStep(device, { plan, inputs, outputs });
  device.close();
  return writes.map(({ slot }) => Array.from(found.get(slot) ?? []));
}

function moment(values: readonly number[], power: number, centre = 0): number {
  return values.reduce((total, x) => total + (x - centre) ** power, 0) / values.length;
}

it.each(backends)("rand is even on $name", async (backend) => {
  const [values = []] = await draw(backend, 0, () => rand({ size: [count] }));
  expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
  expect(moment(values, 1)).toBeCloseTo(0.5, 1.9);
  expect(moment(values, 2, 0.5)).toBeCloseTo(1 / 12, 2.3);
  expect(new Set(values).size).toBeGreaterThan(count * 0.99);
});

it.each(backends)("randn is standard normal on $name", async (backend) => {
  const [values = [], like = []] = await draw(
    backend,
    0,
    () => randn({ size: [count] }),
    () => randnLike(zeros({ size: [count] })),
  );
  for (const sample of [values, like]) {
    expect(sample.every(Number.isFinite)).toBe(true);
    expect(moment(sample, 1)).toBeCloseTo(0, 1);
    expect(Math.abs(moment(sample, 2) - 1)).toBeLessThan(0.05);
    expect(Math.abs(moment(sample, 3))).toBeLessThan(0.1);
    expect(Math.abs(moment(sample, 4) - 3)).toBeLessThan(0.25);
  }
});

it.each(backends)("randint reaches every integer alike on $name", async (backend) => {
  const [values = []] = await draw(backend, 0, () => randint({ low: -2, high: 3, size: [count] }));
  for (let k = -2; k < 3; k++) {
    expect(Math.abs(values.filter((x) => x === k).length / count - 0.2)).toBeLessThan(0.02);
  }
  expect(values.every((x) => x >= -2 && x < 3)).toBe(true);
});

it("draws of one step differ, and so do steps; the same step gives the same numbers on every backend", async () => {
  const make = () => randn({ size: [count] });
  const [a = [], b = []] = await draw(referenceBackend, 0, make, make);
  const [later = []] = await draw(referenceBackend, 1, make);
  const [again = []] = await draw(wasmBackend, 0, make);
  const correlation = (x: readonly number[], y: readonly number[]) => moment(x.map((v, i) => v * (y[i] ?? 0)), 1); // prettier-ignore
  expect(Math.abs(correlation(a, b))).toBeLessThan(0.05);
  expect(Math.abs(correlation(a, later))).toBeLessThan(0.05);
  expect(Math.max(...a.map((x, i) => Math.abs(x - (again[i] ?? NaN))))).toBeLessThan(1e-5);
});
