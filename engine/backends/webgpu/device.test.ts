/** @file The device contract: slots, data both ways, many steps, cancellation, budget, refusals, loss. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../compile/plan";
import { DeviceError, type Device } from "../backend";
import { createWebgpuBackend } from "./backend";
import { openDevice, whyNoGpu } from "./device-fixture";
import { loop, makePlan, rowMajor, slot } from "../plan-fixtures";

/** x ← x + 1 at every element, reporting the sum of x as it was. */
function counting(name: string, count: number): Plan {
  return makePlan(
    [slot(name, count), { dtype: "float32", count: 1, place: { kind: "scratch", offset: 0 } }],
    [
      loop({
        axes: [],
        reduceAxes: [count],
        body: [{ kind: "load", buffer: 0, access: rowMajor([count]), dtype: "float32" }],
        reductions: [{ monoid: "sum", node: 0, dtype: "float32" }],
        epilogue: [{ kind: "reduction", index: 0, dtype: "float32" }],
        epilogueStores: [{ buffer: 1, access: rowMajor([]), node: 0 }],
      }),
      loop({
        axes: [count],
        body: [
          { kind: "load", buffer: 0, access: rowMajor([count]), dtype: "float32" },
          { kind: "constant", value: 1, dtype: "float32" },
          { kind: "call", fn: "add", args: [0, 1], dtype: "float32" },
        ],
        stores: [{ buffer: 0, access: rowMajor([count]), node: 2 }],
      }),
    ],
    { ring: [1], scratchBytes: 16 },
  );
}

async function refusal(body: () => unknown): Promise<DeviceError> {
  try {
    await body();
  } catch (error) {
    if (error instanceof DeviceError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("without a GPU", () => {
  test("status says in a sentence what to do, and open rejects with it", async () => {
    const backend = createWebgpuBackend({ gpu: () => Promise.resolve(null), now: () => 0 });
    const status = await backend.status();
    expect(status).toEqual({ ok: false, why: expect.stringMatching(/^webgpu: .*run on wasm\.$/) });
    const error = await refusal(() => backend.open({ memoryBudgetBytes: 1e6 }));
    expect(error.kind).toBe("unavailable");
  });

  test("a host that cannot make a GPU object says why", async () => {
    const backend = createWebgpuBackend({ gpu: () => Promise.reject(new Error("no package")), now: () => 0 });
    expect(await backend.status()).toEqual({ ok: false, why: "no package" });
  });
});

if (whyNoGpu) console.warn(`skipped: ${whyNoGpu}`);
describe.skipIf(whyNoGpu !== null)("a WebGPU device", () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice();
  });
  afterAll(() => device.close());

  test("every dtype comes back as it went in; new slots are zero; other sizes replace", async () => {
    device.allocate("f", "float32", 3);
    device.allocate("i", "int32", 2);
    device.allocate("l", "int64", 2);
    device.allocate("b", "bool", 5);
    device.allocate("none", "float32", 0);
    device.write("f", Float32Array.from([1.5, -0, NaN]));
    device.write("i", Int32Array.from([-1, 2 ** 31 - 1]));
    device.write("l", Float64Array.from([-(2 ** 31), 7]));
    device.write("b", Uint8Array.from([1, 0, 1, 1, 0]));
    expect(await device.read(["b", "f", "none", "i", "l"])).toEqual([
      Uint8Array.from([1, 0, 1, 1, 0]),
      Float32Array.from([1.5, -0, NaN]),
      new Float32Array(0),
      Int32Array.from([-1, 2 ** 31 - 1]),
      Float64Array.from([-(2 ** 31), 7]),
    ]);
    device.release("f");
    device.allocate("g", "float32", 3);
    device.allocate("i", "int32", 4);
    expect(await device.read(["g", "i"])).toEqual([new Float32Array(3), new Int32Array(4)]);
    expect(device.has("f")).toBe(false);
  });

  test("many steps report one ring value each, in order, and leave the last state", async () => {
    device.allocate("x", "float32", 10);
    const plan = await device.load(counting("x", 10));
    const report = await device.run([{ plan, count: 1500 }]);
    expect(report.completed).toBe(1500);
    expect([...report.ring]).toEqual(Array.from({ length: 1500 }, (_, i) => i * 10));
    expect((await device.read(["x"]))[0]).toEqual(new Float32Array(10).fill(1500));
  });

  test("a schedule of several plans keeps its order", async () => {
    device.allocate("p", "float32", 4);
    device.allocate("q", "float32", 8);
    const p = await device.load(counting("p", 4));
    const q = await device.load(counting("q", 8));
    const report = await device.run([
      { plan: p, count: 2 },
      { plan: q, count: 1 },
      { plan: p, count: 0 },
      { plan: p, count: 1 },
      { plan: q, count: 2 },
    ]);
    expect([...report.ring]).toEqual([0, 4, 0, 8, 8, 16]);
  });

  test("the arena grows under loaded plans without losing state", async () => {
    device.allocate("small", "float32", 4);
    const plan = await device.load(counting("small", 4));
    await device.run([{ plan, count: 3 }]);
    device.allocate("large", "float32", 3_000_000);
    await device.run([{ plan, count: 2 }]);
    expect((await device.read(["small"]))[0]).toEqual(new Float32Array(4).fill(5));
    device.release("large");
  });

  test("a plan follows a slot that was released and made again elsewhere", async () => {
    device.allocate("moved", "float32", 4);
    const plan = await device.load(counting("moved", 4));
    await device.run([{ plan, count: 1 }]);
    device.release("moved");
    device.allocate("in its place", "float32", 4);
    device.allocate("moved", "float32", 4);
    await device.run([{ plan, count: 2 }]);
    const [moved, other] = await device.read(["moved", "in its place"]);
    expect(moved).toEqual(new Float32Array(4).fill(2));
    expect(other).toEqual(new Float32Array(4));
  });

  test("the same key is loaded once; progress counts the kernels", async () => {
    device.allocate("k", "float32", 77);
    const plan = counting("k", 77);
    const progress: string[] = [];
    const first = await device.load(plan, (done, total) => progress.push(`${done}/${total}`));
    expect(await device.load(plan)).toBe(first);
    expect(progress.at(-1)).toBe(`${progress.length}/${progress.length}`);
    const before = device.bytes();
    device.unload(first);
    expect(device.bytes()).toBeLessThan(before);
  });

  test("stops between steps soon after it is cancelled, and can go on", async () => {
    device.allocate("c", "float32", 10);
    const plan = await device.load(counting("c", 10));
    const started = performance.now();
    const report = await device.run([{ plan, count: 1e6 }], () => performance.now() - started > 300);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(report.completed).toBeGreaterThan(0);
    expect(report.completed).toBeLessThan(1e6);
    expect(report.ring.length).toBe(report.completed);
    expect((await device.read(["c"]))[0]?.[0]).toBe(report.completed);
    expect((await device.run([{ plan, count: 5 }], () => true)).completed).toBe(0);
    expect((await device.run([{ plan, count: 5 }])).completed).toBe(5);
  });

  test("over the budget or the GPU's largest buffer, allocate throws before anything is made", async () => {
    const small = await openDevice(1 << 20);
    const bytes = small.bytes();
    const error = await refusal(() => small.allocate("weights", "float32", 1 << 20));
    expect(error.kind).toBe("memory");
    expect(error.message).toMatch(/"weights" needs 4194304 bytes .* at most 1048576/);
    expect(small.bytes()).toBe(bytes);
    expect(small.has("weights")).toBe(false);
    small.close();
    const huge = await openDevice(1e15);
    expect((await refusal(() => huge.allocate("weights", "float32", 1e12))).message).toMatch(/largest buffer/);
    huge.close();
  });

  test("a plan whose scratch is over the budget is refused and leaves nothing", async () => {
    const small = await openDevice(1 << 20);
    small.allocate("x", "float32", 10);
    const bytes = small.bytes();
    const plan = { ...counting("x", 10), scratchBytes: 1 << 22 };
    expect((await refusal(() => small.load(plan))).kind).toBe("memory");
    expect(small.bytes()).toBe(bytes);
    small.close();
  });

  test("float64 is refused by the name of the value", async () => {
    const error = await refusal(() => device.allocate("weight", "float64", 4));
    expect(error.kind).toBe("unsupported");
    expect(error.message).toMatch(/"weight" is float64.*reference/);
  });

  test("an int64 past 32 bits is refused with its value", async () => {
    device.allocate("n", "int64", 1);
    const error = await refusal(() => device.write("n", Float64Array.from([2 ** 40])));
    expect(error.message).toContain("1099511627776");
  });

  test("a kernel that the GPU refuses becomes an error with the compiler's message, and the device goes on", async () => {
    device.allocate("x", "float32", 4);
    const bad = makePlan(
      [slot("x", 4)],
      [
        loop({
          axes: [4],
          body: [
            { kind: "load", buffer: 0, access: rowMajor([4]), dtype: "float32" },
            { kind: "call", fn: "and", args: [0, 0], dtype: "float32" },
            { kind: "call", fn: "bitAnd", args: [0, 0], dtype: "float32" },
          ],
          stores: [{ buffer: 0, access: rowMajor([4]), node: 2 }],
        }),
      ],
    );
    const error = await refusal(() => device.load(bad));
    expect(error.kind).toBe("unsupported");
    expect(error.message).toMatch(/WGSL/);
    const plan = await device.load(counting("x", 4));
    expect((await device.run([{ plan, count: 1 }])).completed).toBe(1);
  });
});

describe.skipIf(whyNoGpu !== null)("a WebGPU device that dies", () => {
  async function openCaptured(): Promise<{ device: Device; kill: () => void }> {
    let made: GPUDevice | null = null;
    const { create } = await import("webgpu");
    const gpu = create([]);
    const backend = createWebgpuBackend({
      gpu: () =>
        Promise.resolve({
          requestAdapter: async (options) => {
            const adapter = await gpu.requestAdapter(options);
            if (!adapter) return null;
            return {
              info: adapter.info,
              limits: adapter.limits,
              requestDevice: async (descriptor: GPUDeviceDescriptor) =>
                (made = await adapter.requestDevice(descriptor)),
            } as unknown as GPUAdapter;
          },
        } as GPU),
      now: () => performance.now(),
    });
    const device = await backend.open({ memoryBudgetBytes: 1 << 26 });
    return { device, kill: () => made?.destroy() };
  }

  test("resolves lost, rejects the run under way, and refuses later calls", async () => {
    const { device, kill } = await openCaptured();
    device.allocate("x", "float32", 10);
    const plan = await device.load(counting("x", 10));
    const running = refusal(() => device.run([{ plan, count: 1e6 }]));
    setTimeout(kill, 50);
    expect((await running).kind).toBe("lost");
    expect(await device.lost).toMatch(/./);
    expect((await refusal(() => device.read(["x"]))).kind).toBe("lost");
    expect((await refusal(() => device.allocate("y", "float32", 1))).kind).toBe("lost");
    device.close();
  });

  test("closing it oneself is no loss", async () => {
    const { device } = await openCaptured();
    let lost = false;
    void device.lost.then(() => (lost = true));
    device.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lost).toBe(false);
  });
});
