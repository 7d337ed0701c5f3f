/** @file The wasm device: memory within its budget, slots that move, plans that come and go, runs that stop. */
import { describe, expect, test } from "vitest";
import type { KernelNode, Plan } from "../../compile/plan";
import { DeviceError, type Device } from "../backend";
import { constants, loop, makePlan, rowMajor, scratch, slot } from "../plan-fixtures";
import { heapStart, Heap } from "./heap";
import { wasmBackend } from "./index";
import { StepPace } from "./step-clock";

function open(memoryBudgetBytes = 1e8): Promise<Device> {
  return wasmBackend.open({ memoryBudgetBytes });
}

/** x ← x + amount, one element, reported. */
function counting(amount = 1, count = 1): Plan {
  const at = rowMajor([count]);
  return makePlan(
    [slot("x", count), constants([amount])],
    [
      loop({
        axes: [count],
        body: [
          { kind: "load", buffer: 0, access: at, dtype: "float32" },
          { kind: "load", buffer: 1, access: { offset: 0, strides: [0] }, dtype: "float32" },
          { kind: "call", fn: "add", args: [0, 1], dtype: "float32" },
        ],
        stores: [{ buffer: 0, access: at, node: 2 }],
      }),
    ],
    { ring: [0] },
  );
}

describe("slots", () => {
  test("start at zero, keep what is written, in every dtype, and start again when replaced", async () => {
    const device = await open();
    const contents = {
      bool: [1, 0, 1],
      int32: [-1, 2, 3],
      int64: [5, -6, 7],
      float32: [0.5, 1, 2],
      float64: [0.1, 2, 3],
    };
    for (const dtype of ["bool", "int32", "int64", "float32", "float64"] as const) {
      device.allocate(dtype, dtype, 3);
      expect([...((await device.read([dtype]))[0] ?? [])]).toEqual([0, 0, 0]);
      const host = (await device.read([dtype]))[0] ?? new Float32Array();
      host.set(contents[dtype]);
      device.write(dtype, host);
      expect([...((await device.read([dtype]))[0] ?? [])]).toEqual(contents[dtype]);
    }
    device.allocate("int32", "int32", 3);
    device.allocate("float64", "float32", 2);
    const [same, other] = await device.read(["int32", "float64"]);
    expect(same).toEqual(new Int32Array(3));
    expect(other).toEqual(new Float32Array(2));
  });

  test("a plan follows its slots when they move", async () => {
    const device = await open();
    device.allocate("x", "float32", 1);
    const plan = await device.load(counting());
    await device.run([{ plan, count: 2 }]);
    device.release("x");
    device.allocate("before", "float32", 1000);
    device.allocate("x", "float32", 1);
    expect((await device.run([{ plan, count: 3 }])).ring).toEqual(Float64Array.from([1, 2, 3]));
    expect((await device.read(["before"]))[0]).toEqual(new Float32Array(1000));
  });

  test("a released slot's memory is used again, and a missing one is our bug", async () => {
    const device = await open();
    const before = device.bytes();
    for (let i = 0; i < 1000; i++) {
      device.allocate(`s${i}`, "float32", 1000 + i);
      device.release(`s${i}`);
    }
    expect(device.bytes()).toBe(before);
    await expect(device.read(["s1"])).rejects.toThrow(/Invariant: slot "s1"/);
  });
});

describe("the budget", () => {
  test("refuses slots and plans past it, naming sizes, and allocates nothing", async () => {
    const device = await open(1e6);
    device.allocate("x", "float32", 1);
    const before = device.bytes();
    expect(() => device.allocate("big", "float32", 300_000)).toThrow(DeviceError);
    expect(() => device.allocate("big", "float32", 300_000)).toThrow(/1.2 MB.*expected at most 1 MB/);
    const plan = { ...makePlan([scratch(0, 1)], [], { scratchBytes: 2e6 }) };
    await expect(device.load(plan)).rejects.toMatchObject({ kind: "memory" });
    expect(device.bytes()).toBe(before);
    expect(device.has("big")).toBe(false);
  });
});

describe("plans", () => {
  test("the same key is the same plan, and a larger scratch does not disturb it", async () => {
    const device = await open();
    device.allocate("x", "float32", 1);
    const first = counting();
    const plan = await device.load(first);
    expect(await device.load({ ...first })).toBe(plan);
    await device.load(makePlan([scratch(0, 5000)], [], { scratchBytes: 20_000 }));
    expect((await device.run([{ plan, count: 2 }])).ring).toEqual(Float64Array.from([1, 2]));
  });

  test("progress counts kernels", async () => {
    const device = await open();
    device.allocate("x", "float32", 1);
    const seen: [number, number][] = [];
    await device.load(counting(), (done, total) => seen.push([done, total]));
    expect(seen).toEqual([[1, 1]]);
  });

  test("10,000 loads and unloads leave no bytes behind, shared data included", async () => {
    const device = await open();
    device.allocate("x", "float32", 1);
    const stays = await device.load(counting(7));
    const before = device.bytes();
    for (let i = 0; i < 10_000; i++) device.unload(await device.load(counting(i % 3 === 0 ? 7 : i)));
    expect(device.bytes()).toBe(before);
    expect((await device.run([{ plan: stays, count: 1 }])).ring).toEqual(Float64Array.from([7]));
  });
});

describe("runs", () => {
  test("report the ring of every step of every entry in order", async () => {
    const device = await open();
    device.allocate("x", "float32", 1);
    const [one, ten] = [await device.load(counting(1)), await device.load(counting(10))];
    const report = await device.run([
      { plan: one, count: 3 },
      { plan: ten, count: 0 },
      { plan: ten, count: 2 },
      { plan: one, count: 1 },
    ]);
    expect(report).toEqual({ completed: 6, ring: Float64Array.from([1, 2, 3, 13, 23, 24]) });
  });

  test("count more steps than the ring holds at once", async () => {
    const device = await open();
    device.allocate("x", "float32", 1);
    const plan = await device.load(counting());
    const { completed, ring } = await device.run([{ plan, count: 20_001 }]);
    expect(completed).toBe(20_001);
    expect(ring.every((value, step) => value === step + 1)).toBe(true);
  });

  test("stop soon after being cancelled, between steps", async () => {
    const device = await open();
    device.allocate("x", "float32", 200_000);
    const plan = await device.load(counting(1, 200_000));
    await device.run([{ plan, count: 50 }]);
    let asked = performance.now();
    let longest = 0;
    const start = performance.now();
    const { completed, ring } = await device.run([{ plan, count: 1e6 }], () => {
      longest = Math.max(longest, performance.now() - asked);
      asked = performance.now();
      return asked - start > 300;
    });
    expect(completed).toBeGreaterThan(0);
    expect(completed).toBeLessThan(1e6);
    expect(ring.length).toBe(completed);
    const [x] = await device.read(["x"]);
    expect(x?.every((value) => value === x[0])).toBe(true);
    // Far more than what is promised, for a machine that others use too; StepPace is tested on its own.
    expect(longest).toBeLessThan(400);
  });

  test("let the event loop turn", async () => {
    const device = await open();
    device.allocate("x", "float32", 200_000);
    const plan = await device.load(counting(1, 200_000));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const start = performance.now();
    await device.run([{ plan, count: 1e6 }], () => performance.now() - start > 200);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });
});

describe("int64 past 32 bits", () => {
  test("is refused in what is written and in a constant, instead of wrapping", async () => {
    const device = await open();
    device.allocate("n", "int64", 1);
    expect(() => device.write("n", Float64Array.of(2 ** 31))).toThrow(/"n" holds 2147483648, expected integers within/);
    device.write("n", Float64Array.of(2 ** 31 - 1));
    expect((await device.read(["n"]))[0]).toEqual(Float64Array.of(2 ** 31 - 1));
    const body: KernelNode[] = [{ kind: "constant", value: 2 ** 32, dtype: "int64" }];
    const stores = [{ buffer: 0, access: rowMajor([1]), node: 0 }];
    const plan = makePlan([slot("n", 1, "int64")], [loop({ axes: [1], body, stores })]);
    await expect(device.load(plan)).rejects.toThrow(/an int64 comes to 4294967296/);
  });
});

describe("the pace", () => {
  test("settles at calls of 25 ms, growing fourfold at most, and never stops", () => {
    const pace = new StepPace();
    const counts: number[] = [];
    for (let i = 0; i < 6; i++) {
      counts.push(pace.steps(1e6));
      pace.record(counts[i] ?? 1, (counts[i] ?? 1) * 0.5);
    }
    expect(counts).toEqual([1, 4, 16, 50, 50, 50]);
    pace.record(1, 500);
    expect(pace.steps(1e6)).toBe(1);
    expect(pace.steps(0)).toBe(0);
  });
});

describe("the heap", () => {
  test("hands out aligned blocks that do not overlap, and joins what is freed", () => {
    const heap = new Heap(1e9);
    const blocks: { address: number; bytes: number }[] = [];
    let state = 1;
    for (let i = 0; i < 2000; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      if (state % 3 === 0 && blocks.length > 0) {
        const [freed] = blocks.splice(state % blocks.length, 1);
        if (freed) heap.release(freed.address);
        continue;
      }
      const bytes = (state >>> 16) % 5000;
      const address = heap.allocate(bytes, "test");
      expect(address % 16).toBe(0);
      expect(blocks.every((b) => address + bytes <= b.address || b.address + b.bytes <= address)).toBe(true);
      blocks.push({ address, bytes });
    }
    for (const { address } of blocks) heap.release(address);
    expect(heap.bytes()).toBe(0);
    expect(heap.allocate(100_000, "test")).toBe(heapStart);
  });
});
