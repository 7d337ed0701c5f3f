/** @file Loop kernels of every shape, at every awkward size, against the reference backend. */
import { describe, expect, test } from "vitest";
import type { Access, KernelNode, LoopKernel, PlanBuffer } from "../../compile/plan";
import type { DType } from "../../ir/dtype";
import type { Monoid } from "../../ir/op";
import { constants, loop, makePlan, rowMajor, scratch, slot } from "../plan-fixtures";
import { wasmBackend } from "./index";
import { differenceFromReference, noise, runPlan } from "./judge-fixture";

const sizes = [0, 1, 3, 4, 5, 7, 8, 17, 64, 100, 1000];

function load(buffer: number, access: Access, dtype: DType = "float32"): KernelNode {
  return { kind: "load", buffer, access, dtype };
}

function call(fn: "add" | "mul" | "sub" | "gt" | "tanh", ...args: number[]): KernelNode {
  return { kind: "call", fn, args, dtype: fn === "gt" ? "bool" : "float32" };
}

const constant = (value: number): KernelNode => ({ kind: "constant", value, dtype: "float32" });

describe("loops", () => {
  test.each(sizes)("x·2 + 1 in place over %i points, three times", async (count) => {
    const kernel = loop({
      axes: [count],
      body: [load(0, rowMajor([count])), constant(2), constant(1), call("mul", 0, 1), call("add", 3, 2)],
      stores: [{ buffer: 0, access: rowMajor([count]), node: 4 }],
    });
    const plan = makePlan([slot("x", count)], [kernel]);
    expect(await differenceFromReference(plan, { x: noise(count) }, 3)).toBe(0);
  });

  test.each(sizes)("two stores of one kernel see what was there before both, %i points", async (count) => {
    const at = rowMajor([count]);
    const kernel = loop({
      axes: [count],
      body: [load(0, at), load(1, at), call("add", 0, 1), call("sub", 0, 1)],
      stores: [
        { buffer: 0, access: at, node: 2 },
        { buffer: 1, access: at, node: 3 },
      ],
    });
    const plan = makePlan([slot("x", count), slot("y", count)], [kernel]);
    expect(await differenceFromReference(plan, { x: noise(count), y: noise(count, 2) }, 2)).toBe(0);
  });

  const shapes: readonly (readonly number[])[] = [[3, 5], [5, 4], [1, 17], [17, 1], [4, 8], [33, 12], [2, 3, 9], [8, 1, 8]]; // prettier-ignore
  test.each(shapes.map((axes) => ({ axes })))("operands broadcast and transposed over $axes", async ({ axes }) => {
    const count = axes.reduce((a, b) => a * b, 1);
    // Column-major: the first axis is the innermost.
    const transposed: Access = {
      offset: 0,
      strides: axes.map((_, axis) => axes.slice(0, axis).reduce((a, b) => a * b, 1)),
    };
    const last = axes.length - 1;
    const row: Access = { offset: 0, strides: axes.map((_, axis) => (axis === last ? 1 : 0)) };
    const column: Access = { offset: 0, strides: axes.map((_, axis) => (axis === 0 ? 1 : 0)) };
    const scalar: Access = { offset: 0, strides: axes.map(() => 0) };
    const kernel = loop({
      axes,
      body: [
        load(0, rowMajor(axes)),
        load(1, transposed),
        load(2, row),
        load(3, column),
        load(4, scalar),
        call("mul", 0, 1),
        call("add", 5, 2),
        call("sub", 6, 3),
        call("mul", 7, 4),
      ],
      stores: [
        { buffer: 5, access: rowMajor(axes), node: 8 },
        { buffer: 6, access: transposed, node: 7 },
      ],
    });
    const buffers = [
      slot("x", count), slot("y", count), slot("row", 17), slot("column", 33), slot("s", 1), slot("out", count), slot("t", count),
    ]; // prettier-ignore
    const given = { x: noise(count), y: noise(count, 2), row: noise(17, 3), column: noise(33, 4), s: noise(1, 5) };
    expect(await differenceFromReference(makePlan(buffers, [kernel]), given)).toBeLessThan(1e-6);
  });

  test.each(sizes.filter((size) => size > 0))(
    "guards, steps, negative strides and coordinates over %i",
    async (count) => {
      const high = Math.max(1, count - 1);
      const guarded: Access = {
        offset: count - 1,
        strides: [0, -1],
        guards: [
          { axis: 1, low: 1, high, step: 2 },
          { axis: 0, low: 1, high: 3, step: 1 },
        ],
      };
      const rowGuard: Access = { offset: 0, strides: [count, 1], guards: [{ axis: 0, low: 1, high: 3, step: 1 }] };
      const axes = [3, count];
      const kernel = loop({
        axes,
        body: [
          load(0, guarded),
          load(1, rowGuard),
          { kind: "coordinate", axis: 0, dtype: "int32" },
          { kind: "coordinate", axis: 1, dtype: "int32" },
          { kind: "constant", value: 100, dtype: "int32" },
          { kind: "call", fn: "mul", args: [2, 4], dtype: "int32" },
          { kind: "call", fn: "add", args: [5, 3], dtype: "int32" },
        ],
        stores: [
          { buffer: 2, access: rowMajor(axes), node: 0 },
          { buffer: 3, access: rowMajor(axes), node: 1 },
          { buffer: 4, access: { offset: 0, strides: [1, 3] }, node: 6 },
        ],
      });
      const only = loop({
        ...kernel,
        body: kernel.body.slice(1, 2),
        stores: [{ buffer: 5, access: rowMajor(axes), node: 0 }],
      });
      const buffers = [
      slot("x", count), slot("y", 2 * count), slot("a", 3 * count), slot("b", 3 * count), slot("c", 3 * count, "int32"),
      slot("d", 3 * count),
    ]; // prettier-ignore
      const given = { x: noise(count), y: noise(2 * count, 2) };
      expect(await differenceFromReference(makePlan(buffers, [kernel, only]), given)).toBe(0);
    },
  );

  test("a long formula with shared parts, on every dtype of float", async () => {
    for (const dtype of ["float32", "float64"] as const) {
      const count = 1003;
      const nodes: KernelNode[] = [load(0, rowMajor([count]), dtype)];
      for (const fn of ["sin", "exp", "tanh", "sigmoid", "log1p", "cos"] as const) {
        nodes.push({ kind: "call", fn, args: [nodes.length - 1], dtype });
        nodes.push({ kind: "call", fn: "add", args: [nodes.length - 1, 0], dtype });
        nodes.push({ kind: "call", fn: "abs", args: [nodes.length - 1], dtype });
      }
      const kernel = loop({
        axes: [count],
        body: nodes,
        stores: [{ buffer: 1, access: rowMajor([count]), node: nodes.length - 1 }],
      });
      const plan = makePlan([slot("x", count, dtype), slot("y", count, dtype)], [kernel]);
      expect(await differenceFromReference(plan, { x: noise(count) })).toBeLessThan(dtype === "float32" ? 3e-6 : 1e-15);
    }
  });

  test("kernels see what those before them stored, through scratch and constants", async () => {
    const count = 1001;
    const at = rowMajor([count]);
    const add = (a: number, b: number, out: number): LoopKernel =>
      loop({ axes: [count], body: [load(a, at), load(b, at), call("add", 0, 1)], stores: [{ buffer: out, access: at, node: 2 }] }); // prettier-ignore
    const buffers = [slot("x", count), constants([...noise(count, 9)]), scratch(0, count), scratch(4096, count)];
    const plan = makePlan(buffers, [add(0, 1, 2), add(2, 2, 3), add(3, 1, 0)], { scratchBytes: 8192 });
    expect(await differenceFromReference(plan, { x: noise(count) }, 2)).toBe(0);
  });
});

interface Fold {
  readonly axes: readonly number[];
  readonly reduceAxes: readonly number[];
  readonly strides: readonly number[];
}

function fold({ axes, reduceAxes, strides }: Fold, monoid: Monoid, dtype: DType, out: number): LoopKernel {
  return loop({
    axes,
    reduceAxes,
    body: [load(0, { offset: 0, strides }, dtype)],
    reductions: [{ monoid, node: 0, dtype }],
    epilogue: [{ kind: "reduction", index: 0, dtype }],
    epilogueStores: [{ buffer: out, access: rowMajor(axes), node: 0 }],
  });
}

describe("reductions", () => {
  const matrices = [[1, 300], [3, 17], [64, 100], [257, 33], [5, 7000], [2000, 5], [170, 40], [2, 255], [4, 4], [1, 1]] as const; // prettier-ignore
  test.each(matrices)("rows, columns and all of a %i × %i matrix are summed", async (rows, columns) => {
    const count = rows * columns;
    const kernels = [
      fold({ axes: [rows], reduceAxes: [columns], strides: [columns, 1] }, "sum", "float32", 1),
      fold({ axes: [columns], reduceAxes: [rows], strides: [1, columns] }, "sum", "float32", 2),
      fold({ axes: [], reduceAxes: [rows, columns], strides: [columns, 1] }, "sum", "float32", 3),
      fold({ axes: [], reduceAxes: [columns, rows], strides: [1, columns] }, "sum", "float32", 4),
    ];
    const buffers = [slot("x", count), slot("r", rows), slot("c", columns), slot("s", 1), slot("t", 1)];
    expect(await differenceFromReference(makePlan(buffers, kernels), { x: noise(count) })).toBeLessThan(3e-6);
  });

  const dtypes: readonly DType[] = ["bool", "int32", "int64", "float32", "float64"];
  const monoids: readonly Monoid[] = ["sum", "prod", "max", "min"];
  test.each(dtypes.flatMap((dtype) => monoids.map((monoid) => [monoid, dtype] as const)))(
    "%s of %s along either axis",
    async (monoid, dtype) => {
      for (const [rows, columns] of [
        [5, 19],
        [40, 6],
      ] as const) {
        const kernels = [
          fold({ axes: [rows], reduceAxes: [columns], strides: [columns, 1] }, monoid, dtype, 1),
          fold({ axes: [columns], reduceAxes: [rows], strides: [1, columns] }, monoid, dtype, 2),
        ];
        const buffers = [slot("x", rows * columns, dtype), slot("r", rows, dtype), slot("c", columns, dtype)];
        const isFloat = dtype === "float32" || dtype === "float64";
        const x = noise(rows * columns).map((v) => (dtype === "bool" ? Number(v > 1.8) : isFloat ? v : Math.round(v)));
        expect(await differenceFromReference(makePlan(buffers, kernels), { x })).toBeLessThan(2e-6);
      }
    },
  );

  test("a sum of a million is as exact as a cascade's, where a running sum is not", async () => {
    const count = 1 << 20;
    const x = noise(count).map((v) => v + 2);
    const plan = makePlan([slot("x", count), slot("s", 1)], [
      fold({ axes: [], reduceAxes: [count], strides: [1] }, "sum", "float32", 1),
    ]); // prettier-ignore
    const exact = x.reduce((a, b) => a + b, 0);
    const found = (await runPlan(wasmBackend, plan, { x })).get("s")?.[0] ?? NaN;
    const running = x.reduce((a, b) => Math.fround(a + b), 0);
    expect(Math.abs(found - exact) / exact).toBeLessThan(1e-6);
    expect(Math.abs(running - exact) / exact).toBeGreaterThan(1e-6);
  });

  test.each([0, 1, 3, 4, 17, 2000])(
    "five sums of %i points at once, with body stores and an epilogue",
    async (count) => {
      const at = rowMajor([count]);
      const reductions = [2, 3, 4, 5, 6].map((node) => ({ monoid: "sum" as const, node, dtype: "float32" as const }));
      const kernel = loop({
      axes: [],
      reduceAxes: [count],
      body: [load(0, at), load(1, { offset: 0, strides: [0] }), call("mul", 0, 1), call("mul", 2, 0), call("mul", 3, 0), call("sub", 4, 2), call("tanh", 0)],
      stores: [{ buffer: 2, access: at, node: 6 }],
      reductions,
      epilogue: [
        ...reductions.map((_, index) => ({ kind: "reduction", index, dtype: "float32" }) as const),
        load(1, { offset: 0, strides: [] }),
        constant(1e-3),
        call("mul", 4, 6),
        call("sub", 5, 7),
      ],
      epilogueStores: [
        { buffer: 1, access: { offset: 0, strides: [] }, node: 8 },
        ...[0, 1, 2, 3].map((node) => ({ buffer: 3, access: { offset: node, strides: [] }, node })),
      ],
    }); // prettier-ignore
      const buffers: PlanBuffer[] = [slot("x", count), slot("w", 1), slot("y", count), slot("sums", 4)];
      const plan = makePlan(buffers, [kernel], { ring: [1] });
      const given = { x: noise(count), w: [0.5] };
      expect(await differenceFromReference(plan, given, 3)).toBeLessThan(5e-6);
    },
  );

  test("three nested axes of reduction, the middle one kept", async () => {
    const kernel = loop({
      axes: [6],
      reduceAxes: [3, 5],
      body: [load(0, { offset: 0, strides: [5, 30, 1] })],
      reductions: [{ monoid: "sum", node: 0, dtype: "float32" }],
      epilogue: [{ kind: "reduction", index: 0, dtype: "float32" }],
      epilogueStores: [{ buffer: 1, access: { offset: 0, strides: [1] }, node: 0 }],
    });
    const plan = makePlan([slot("x", 90), slot("y", 6)], [kernel]);
    expect(await differenceFromReference(plan, { x: noise(90) })).toBeLessThan(1e-6);
  });

  test("a NaN anywhere wins a sum, a max and a min", async () => {
    const x = noise(5000);
    x[4321] = NaN;
    for (const monoid of ["sum", "max", "min"] as const) {
      const kernel = fold({ axes: [], reduceAxes: [5000], strides: [1] }, monoid, "float32", 1);
      const slots = await runPlan(wasmBackend, makePlan([slot("x", 5000), slot("y", 1)], [kernel]), { x });
      expect(slots.get("y")?.[0]).toBeNaN();
    }
  });
});

test("negative control: a wrong stride gives a wrong sum", async () => {
  const x = noise(100);
  const buffers = [slot("x", 100), slot("y", 1)];
  const right = makePlan(buffers, [fold({ axes: [], reduceAxes: [100], strides: [1] }, "sum", "float32", 1)]);
  const wrong = makePlan(buffers, [fold({ axes: [], reduceAxes: [100], strides: [0] }, "sum", "float32", 1)]);
  const [a, b] = [await runPlan(wasmBackend, right, { x }), await runPlan(wasmBackend, wrong, { x })];
  expect(Math.abs((a.get("y")?.[0] ?? 0) - (b.get("y")?.[0] ?? 0))).toBeGreaterThan(1e-3);
});
