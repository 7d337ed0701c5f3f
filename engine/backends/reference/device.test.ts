/** @file The reference device: state, cancelling, memory, and every dtype. */
import { expect, test } from "vitest";
import { compile } from "../../compile/compile";
import type { Plan } from "../../compile/plan";
import type { DType } from "../../ir/dtype";
import { recordWith } from "../../ir/recorder";
import type { Value } from "../../ir/value";
import * as op from "../../ops/families";
import { createTape } from "../../tape/record";
import type { Tape } from "../../tape/tape";
import type { Device } from "../backend";
import { referenceBackend } from "./index";

function planOf(body: (tape: Tape) => Record<string, Value>): Plan {
  const tape = createTape({ float: "float32" });
  const written = recordWith(tape, () => body(tape));
  const writes = Object.entries(written).map(([slot, value]) => ({ slot, value }));
  return compile({
    writes,
    given: new Map(),
    ring: Object.values(written).filter((value) => value.type.shape.length === 0),
  });
}

function open(memoryBudgetBytes = 1e6): Promise<Device> {
  return referenceBackend.open({ memoryBudgetBytes });
}

const counting = (tape: Tape): Record<string, Value> => ({
  n: op.add(tape.slot("n", { dtype: "int32", shape: [] }, false), 1),
});

test("a step's writes are seen by the next, and reported", async () => {
  const device = await open();
  device.allocate("n", "int32", 1);
  const plan = await device.load(planOf(counting));
  expect(await device.load(planOf(counting))).toBe(plan);
  const report = await device.run([{ plan, count: 3 }]);
  expect([...report.ring]).toEqual([1, 2, 3]);
  expect(await device.read(["n"])).toEqual([Int32Array.of(3)]);
});

test("cancelling stops between steps and keeps what is done", async () => {
  const device = await open();
  device.allocate("n", "int32", 1);
  const plan = await device.load(planOf(counting));
  let cancelled = false;
  setTimeout(() => (cancelled = true), 5);
  const { completed, ring } = await device.run([{ plan, count: 1e7 }], () => cancelled);
  expect(completed).toBeGreaterThan(0);
  expect(completed).toBeLessThan(1e7);
  expect(ring).toHaveLength(completed);
  expect(await device.read(["n"])).toEqual([Int32Array.of(completed)]);
});

test("a slot replaced after loading is the one that runs", async () => {
  const device = await open();
  device.allocate("n", "int32", 1);
  const plan = await device.load(planOf(counting));
  device.allocate("n", "int32", 2);
  device.allocate("n", "int32", 1);
  device.write("n", Int32Array.of(41));
  await device.run([{ plan, count: 1 }]);
  expect(await device.read(["n"])).toEqual([Int32Array.of(42)]);
});

test("memory over the budget is refused before it is taken", async () => {
  const device = await open(1000);
  expect(() => device.allocate("x", "float32", 1e12)).toThrow(/4 TB, expected at most 1 kB/);
  expect(device.bytes()).toBe(0);
  expect(device.has("x")).toBe(false);
  device.allocate("n", "float32", 100);
  expect(device.bytes()).toBe(400);
  device.release("n");
  expect(device.bytes()).toBe(0);
});

test("compile names the values that cost most when a step is over its budget", () => {
  const tape = createTape({ float: "float32" });
  const sum = recordWith(tape, () => {
    const x = tape.slot("x", { dtype: "float32", shape: [40_000, 1] }, false);
    return op.sum(op.mm(x, op.t(x)), { dims: [0] });
  });
  const request = { writes: [{ slot: "out", value: sum }], given: new Map(), ring: [] };
  expect(compile(request, { fuse: true, memoryBudgetBytes: 1e12 }).kernels).not.toHaveLength(0);
  expect(() => compile(request, { fuse: false, memoryBudgetBytes: 1e9 })).toThrow(/memory.budget.*mm \(5.96 GiB\)/);
});

test.each(["bool", "int32", "int64", "float32", "float64"] as const)(
  "%s values are held and converted",
  async (dtype: DType) => {
    const device = await open();
    device.allocate("x", "float64", 4);
    device.allocate("y", dtype, 4);
    device.write("x", Float64Array.of(0, -1.7, 2.000000001, 3));
    const plan = planOf((tape) => {
      const y = op.to(tape.slot("x", { dtype: "float64", shape: [4] }, false), { dtype });
      return { y };
    });
    await device.run([{ plan: await device.load(plan), count: 1 }]);
    const [y] = await device.read(["y"]);
    const expected = {
      bool: [0, 1, 1, 1],
      int32: [0, -1, 2, 3],
      int64: [0, -1, 2, 3],
      float32: [0, Math.fround(-1.7), 2, 3],
      float64: [0, -1.7, 2.000000001, 3],
    } satisfies Record<DType, number[]>;
    expect([...(y ?? [])]).toEqual(expected[dtype]);
  },
);

test("draws of each step change with the counter, lie in [0, 1), and are even", async () => {
  const device = await open();
  for (const slot of ["random/key.low", "random/key.high", "random/counter"]) device.allocate(slot, "int32", 1);
  device.allocate("x", "float32", 2000);
  device.write("random/key.low", Int32Array.of(7));
  const tape = createTape({ float: "float32" });
  const request = recordWith(tape, () => {
    const counter = tape.slot("random/counter", { dtype: "int32", shape: [] }, false);
    const writes = [
      { slot: "x", value: op.rand({ size: [2000] }) },
      { slot: "random/counter", value: op.add(counter, 1) },
    ];
    return { writes, given: new Map(), ring: [] };
  });
  const plan = await device.load(compile(request));
  await device.run([{ plan, count: 1 }]);
  const [first] = await device.read(["x"]);
  await device.run([{ plan, count: 1 }]);
  const [second] = await device.read(["x"]);
  const numbers = [...(first ?? [])];
  expect(numbers).not.toEqual([...(second ?? [])]);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(numbers.reduce((sum, x) => sum + x, 0) / numbers.length).toBeCloseTo(0.5, 1);
  const unfused = await device.load(compile(request, { fuse: false }));
  device.write("random/counter", Int32Array.of(0));
  await device.run([{ plan: unfused, count: 1 }]);
  expect((await device.read(["x"]))[0]).toEqual(first);
});
