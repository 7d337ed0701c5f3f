/** @file Every form of kernel at every awkward size, against sums written out in float64. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ContractKernel, KernelNode } from "../../compile/plan";
import type { Device } from "../backend";
import { openDevice, runPlan, whyNoGpu } from "./device-fixture";
import { constants, loop, makePlan, rowMajor, scratch, slot } from "../plan-fixtures";

const sizes = [0, 1, 3, 64, 65, 255, 256, 257, 100_000];

function ramp(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 1000) / 500 - 1);
}

function load(buffer: number, axes: readonly number[]): KernelNode {
  return { kind: "load", buffer, access: rowMajor(axes), dtype: "float32" };
}

const finished: KernelNode = { kind: "reduction", index: 0, dtype: "float32" };

if (whyNoGpu) console.warn(`skipped: ${whyNoGpu}`);
describe.skipIf(whyNoGpu !== null).each(["gpu", "software"] as const)("kernels shaped for %s", (style) => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice(1 << 28, style);
  });
  afterAll(() => device.close());

  test.each(sizes)("a loop over %i points computes x·2 + 1 in place", async (count) => {
    const plan = makePlan(
      [slot("x", count)],
      [
        loop({
          axes: [count],
          body: [
            load(0, [count]),
            { kind: "constant", value: 2, dtype: "float32" },
            { kind: "constant", value: 1, dtype: "float32" },
            { kind: "call", fn: "mul", args: [0, 1], dtype: "float32" },
            { kind: "call", fn: "add", args: [3, 2], dtype: "float32" },
          ],
          stores: [{ buffer: 0, access: rowMajor([count]), node: 4 }],
        }),
      ],
    );
    const x = ramp(count);
    const [result] = await runPlan(device, plan, { x }, ["x"], 3);
    expect(result).toEqual(x.map((v) => Math.fround(Math.fround(Math.fround(v * 2 + 1) * 2 + 1) * 2 + 1)));
  });

  test.each(sizes)(
    "several folds of %i points come from one kernel, and the sum is as exact as a cascade's",
    async (count) => {
      const plan = makePlan(
        [slot("x", count), slot("sum", 1), slot("max", 1), slot("min", 1), slot("mean", 1)],
        [
          loop({
            axes: [],
            reduceAxes: [count],
            body: [load(0, [count])],
            reductions: (["sum", "max", "min"] as const).map((monoid) => ({ monoid, node: 0, dtype: "float32" })),
            epilogue: [
              ...[0, 1, 2].map((index) => ({ kind: "reduction", index, dtype: "float32" }) as const),
              { kind: "constant", value: Math.max(count, 1), dtype: "float32" },
              { kind: "call", fn: "div", args: [0, 3], dtype: "float32" },
            ],
            epilogueStores: [0, 1, 2, 4].map((node, i) => ({ buffer: i + 1, access: rowMajor([]), node })),
          }),
        ],
      );
      const x = ramp(count);
      const [sum, max, min, mean] = await runPlan(device, plan, { x }, ["sum", "max", "min", "mean"]);
      const expected = x.reduce((a, b) => a + b, 0);
      const scale = x.reduce((a, b) => a + Math.abs(b), 0) + 1e-30;
      expect(Math.abs((sum?.[0] ?? NaN) - expected) / scale).toBeLessThan(3e-7);
      expect(max?.[0]).toBe(x.reduce((a, b) => Math.max(a, b), -Infinity));
      expect(min?.[0]).toBe(x.reduce((a, b) => Math.min(a, b), Infinity));
      expect(mean?.[0]).toBeCloseTo(expected / Math.max(count, 1), 5);
    },
  );

  const matrices: (readonly [rows: number, columns: number])[] = [
    [1, 300], [3, 17], [64, 100], [257, 33], [5, 70_000], [20_000, 5], [17_000, 40], [2, 255],
  ]; // prettier-ignore
  test.each(matrices)("rows and columns of a %i × %i matrix are summed", async (rows, columns) => {
    const x = ramp(rows * columns);
    const total = (axis: 0 | 1): Float64Array => {
      const sums = new Float64Array(axis === 0 ? rows : columns);
      x.forEach((v, i) => {
        const at = axis === 0 ? Math.floor(i / columns) : i % columns;
        sums[at] = (sums[at] ?? 0) + v;
      });
      return sums;
    };
    const fold = (axes: number, reduceAxes: number, strides: readonly number[], out: number): ReturnType<typeof loop> =>
      loop({
        axes: [axes],
        reduceAxes: [reduceAxes],
        body: [{ kind: "load", buffer: 0, access: { offset: 0, strides }, dtype: "float32" }],
        reductions: [{ monoid: "sum", node: 0, dtype: "float32" }],
        epilogue: [finished],
        epilogueStores: [{ buffer: out, access: rowMajor([axes]), node: 0 }],
      });
    const plan = makePlan(
      [slot("x", rows * columns), slot("rows", rows), slot("columns", columns)],
      [fold(rows, columns, [columns, 1], 1), fold(columns, rows, [1, columns], 2)],
    );
    const [byRow, byColumn] = await runPlan(device, plan, { x }, ["rows", "columns"]);
    const worst = (found: ArrayLike<number> | undefined, expected: Float64Array): number =>
      expected.reduce((most, v, i) => Math.max(most, Math.abs((found?.[i] ?? NaN) - v)), 0);
    expect(worst(byRow, total(0)) / columns).toBeLessThan(2e-7);
    expect(worst(byColumn, total(1)) / rows).toBeLessThan(2e-7);
  });

  test("body stores, guards, steps, negative strides and coordinates address the right elements", async () => {
    // y[i] = i even and 2 ≤ i < 8 ? x[5 − (i−2)/2] : 0, and c[i, j] = 10·i + j
    const plan = makePlan(
      [slot("x", 6), slot("y", 10), slot("c", 6, "int32")],
      [
        loop({
          axes: [10],
          body: [
            {
              kind: "load",
              buffer: 0,
              access: { offset: 5, strides: [-1], guards: [{ axis: 0, low: 2, high: 8, step: 2 }] },
              dtype: "float32",
            },
          ],
          stores: [{ buffer: 1, access: rowMajor([10]), node: 0 }],
        }),
        loop({
          axes: [2, 3],
          body: [
            { kind: "coordinate", axis: 0, dtype: "int32" },
            { kind: "coordinate", axis: 1, dtype: "int32" },
            { kind: "constant", value: 10, dtype: "int32" },
            { kind: "call", fn: "mul", args: [0, 2], dtype: "int32" },
            { kind: "call", fn: "add", args: [3, 1], dtype: "int32" },
          ],
          stores: [{ buffer: 2, access: { offset: 0, strides: [1, 2] }, node: 4 }],
        }),
      ],
    );
    const [y, c] = await runPlan(device, plan, { x: [1, 2, 3, 4, 5, 6] }, ["y", "c"]);
    expect([...(y ?? [])]).toEqual([0, 0, 6, 0, 5, 0, 4, 0, 0, 0]);
    expect([...(c ?? [])]).toEqual([0, 10, 1, 11, 2, 12]);
  });

  const products: (readonly [batch: number, m: number, n: number, k: number])[] = [
    [1, 1, 1, 1], [1, 8, 8, 4], [2, 33, 31, 17], [1, 64, 100, 1000], [1, 100, 10, 64], [3, 5, 7, 300],
    [1, 1, 300, 1000], [1, 300, 1, 3000], [1, 16, 16, 5000], [1, 600, 600, 20], [1, 9, 9, 0], [0, 9, 9, 9],
  ]; // prettier-ignore
  test.each(products)(
    "a product of batch %i, %i × %i over %i has its epilogue and any strides",
    async (batch, m, n, k) => {
      const a = ramp(batch * m * k);
      const b = ramp(batch * k * n).map((v) => v * 0.5 + 0.25);
      const bias = ramp(n);
      for (const transposed of [false, true]) {
        const kernel: ContractKernel = {
          kind: "contract",
          batch,
          m,
          n,
          k,
          dtype: "float32",
          a: { buffer: 0, offset: 0, strides: [m * k, k, 1] },
          b: { buffer: 1, offset: 0, strides: transposed ? [k * n, 1, k] : [k * n, n, 1] },
          epilogue: [
            finished,
            { kind: "load", buffer: 2, access: { offset: 0, strides: [0, 0, 1] }, dtype: "float32" },
            { kind: "call", fn: "add", args: [0, 1], dtype: "float32" },
          ],
          epilogueStores: [{ buffer: 3, access: rowMajor([batch, m, n]), node: 2 }],
          label: "product",
        };
        const buffers = [slot("a", a.length), slot("b", b.length), slot("bias", n), slot("c", batch * m * n)];
        const [c] = await runPlan(device, makePlan(buffers, [kernel]), { a, b, bias }, ["c"]);
        let worst = 0;
        for (let z = 0; z < batch; z++)
          for (let i = 0; i < m; i++)
            for (let j = 0; j < n; j++) {
              let sum = 0;
              for (let q = 0; q < k; q++) {
                const at = transposed ? z * k * n + j * k + q : z * k * n + q * n + j;
                sum += (a[z * m * k + i * k + q] ?? 0) * (b[at] ?? 0);
              }
              const found = c?.[(z * m + i) * n + j] ?? NaN;
              worst = Math.max(worst, Math.abs(found - sum - (bias[j] ?? 0)));
            }
        expect(worst / Math.sqrt(k + 1)).toBeLessThan(2e-6);
      }
    },
  );

  test("kernels see what those before them stored, through scratch and constants", async () => {
    const count = 1000;
    const half = constants(Array.from({ length: count }, (_, i) => i / 2));
    const add = (a: number, b: number, out: number): ReturnType<typeof loop> =>
      loop({
        axes: [count],
        body: [load(a, [count]), load(b, [count]), { kind: "call", fn: "add", args: [0, 1], dtype: "float32" }],
        stores: [{ buffer: out, access: rowMajor([count]), node: 2 }],
      });
    const plan = makePlan(
      [slot("x", count), half, scratch(0, count), scratch(4096, count)],
      [add(0, 1, 2), add(2, 2, 3), add(3, 1, 0)],
      { scratchBytes: 8192 },
    );
    const x = ramp(count);
    const [result] = await runPlan(device, plan, { x }, ["x"]);
    expect(result).toEqual(x.map((v, i) => Math.fround(v + i / 2) * 2 + i / 2));
  });

  test("bools, int64 and int32 fold, select and convert", async () => {
    const plan = makePlan(
      [slot("x", 5, "int64"), slot("flag", 5, "bool"), slot("any", 1, "bool"), slot("sum", 1, "int64")],
      [
        loop({
          axes: [5],
          body: [
            { kind: "load", buffer: 0, access: rowMajor([5]), dtype: "int64" },
            { kind: "constant", value: 2, dtype: "int64" },
            { kind: "call", fn: "gt", args: [0, 1], dtype: "bool" },
          ],
          stores: [{ buffer: 1, access: rowMajor([5]), node: 2 }],
        }),
        loop({
          axes: [],
          reduceAxes: [5],
          body: [
            { kind: "load", buffer: 1, access: rowMajor([5]), dtype: "bool" },
            { kind: "load", buffer: 0, access: rowMajor([5]), dtype: "int64" },
            { kind: "constant", value: 0, dtype: "int64" },
            { kind: "call", fn: "select", args: [0, 1, 2], dtype: "int64" },
          ],
          reductions: [
            { monoid: "max", node: 0, dtype: "bool" },
            { monoid: "sum", node: 3, dtype: "int64" },
          ],
          epilogue: [
            { kind: "reduction", index: 0, dtype: "bool" },
            { kind: "reduction", index: 1, dtype: "int64" },
          ],
          epilogueStores: [
            { buffer: 2, access: rowMajor([]), node: 0 },
            { buffer: 3, access: rowMajor([]), node: 1 },
          ],
        }),
      ],
    );
    const [flag, any, sum] = await runPlan(device, plan, { x: [-3, 1, 2, 5, 7] }, ["flag", "any", "sum"]);
    expect(flag).toEqual(Uint8Array.from([0, 0, 0, 1, 1]));
    expect(any).toEqual(Uint8Array.from([1]));
    expect(sum).toEqual(Float64Array.from([12]));
  });

  test("a NaN anywhere wins a sum, a max and a min", async () => {
    const x = ramp(5000);
    x[4321] = NaN;
    const monoids = ["sum", "max", "min"] as const;
    const plan = makePlan(
      [slot("x", 5000), slot("y", 3)],
      [
        loop({
          axes: [],
          reduceAxes: [5000],
          body: [load(0, [5000])],
          reductions: monoids.map((monoid) => ({ monoid, node: 0, dtype: "float32" })),
          epilogue: monoids.map((_, index) => ({ kind: "reduction", index, dtype: "float32" })),
          epilogueStores: monoids.map((_, node) => ({ buffer: 1, access: rowMajor([], node), node })),
        }),
      ],
    );
    const [y] = await runPlan(device, plan, { x }, ["y"]);
    expect(y).toEqual(Float32Array.from([NaN, NaN, NaN]));
  });

  test("negative control: a kernel whose stride is wrong gives wrong sums", async () => {
    const wrong = loop({
      axes: [],
      reduceAxes: [100],
      body: [{ kind: "load", buffer: 0, access: { offset: 0, strides: [0] }, dtype: "float32" }],
      reductions: [{ monoid: "sum", node: 0, dtype: "float32" }],
      epilogue: [finished],
      epilogueStores: [{ buffer: 1, access: rowMajor([]), node: 0 }],
    });
    const x = ramp(100);
    const [sum] = await runPlan(device, makePlan([slot("x", 100), slot("s", 1)], [wrong]), { x }, ["s"]);
    expect(sum?.[0]).not.toBeCloseTo(
      x.reduce((p, q) => p + q, 0),
      3,
    );
  });
});
