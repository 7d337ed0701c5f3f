/** @file Contract kernels, thin and in tiles, with any strides, batches and epilogues, against the reference backend. */
import { expect, test } from "vitest";
import type { ContractKernel, KernelNode } from "../../compile/plan";
import { makePlan, rowMajor, slot } from "../plan-fixtures";
import { differenceFromReference, noise } from "./judge-fixture";
import { chooseProductShape } from "./product-shape";

const layouts = ["plain", "a transposed", "b transposed", "both transposed"] as const;

interface Sizes {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** C = tanh-free epilogue: product + bias[n] − 0.5·C + row number, stored in place, and the product transposed. */
function product({ batch, m, n, k }: Sizes, layout: (typeof layouts)[number], transposedOut: boolean): ContractKernel {
  const aTurned = layout === "a transposed" || layout === "both transposed";
  const bTurned = layout === "b transposed" || layout === "both transposed";
  const out = transposedOut ? { offset: 0, strides: [m * n, 1, m] } : rowMajor([batch, m, n]);
  const epilogue: KernelNode[] = [
    { kind: "reduction", index: 0, dtype: "float32" },
    { kind: "load", buffer: 2, access: { offset: 0, strides: [0, 0, 1] }, dtype: "float32" },
    { kind: "load", buffer: 3, access: out, dtype: "float32" },
    { kind: "constant", value: 0.5, dtype: "float32" },
    { kind: "call", fn: "add", args: [0, 1], dtype: "float32" },
    { kind: "call", fn: "mul", args: [2, 3], dtype: "float32" },
    { kind: "call", fn: "sub", args: [4, 5], dtype: "float32" },
    { kind: "coordinate", axis: 1, dtype: "int32" },
    { kind: "call", fn: "convert", args: [7], dtype: "float32" },
    { kind: "call", fn: "add", args: [6, 8], dtype: "float32" },
  ];
  return {
    kind: "contract",
    batch,
    m,
    n,
    k,
    dtype: "float32",
    a: { buffer: 0, offset: 0, strides: aTurned ? [m * k, 1, m] : [m * k, k, 1] },
    b: { buffer: 1, offset: 0, strides: bTurned ? [k * n, 1, k] : [k * n, n, 1] },
    epilogue,
    epilogueStores: [{ buffer: 3, access: out, node: 9 }],
    label: "product",
  };
}

const sizes: readonly (readonly [batch: number, m: number, n: number, k: number])[] = [
  [1, 1, 1, 1], [1, 8, 8, 16], [2, 33, 31, 17], [1, 64, 100, 100], [1, 100, 10, 64], [3, 5, 7, 300], [1, 1, 300, 100],
  [1, 300, 1, 30], [1, 16, 16, 1500], [1, 6, 9, 40], [1, 9, 9, 0], [0, 9, 9, 9], [2, 0, 4, 4], [1, 4, 4, 64], [1, 11, 5, 30],
  [1, 5, 37, 300],
]; // prettier-ignore

test.each(sizes)("batch %i, %i × %i over %i", async (batch, m, n, k) => {
  const shape = { batch, m, n, k };
  const buffers = [slot("a", batch * m * k), slot("b", batch * k * n), slot("bias", n), slot("c", batch * m * n)];
  const given = { a: noise(batch * m * k), b: noise(batch * k * n, 2), bias: noise(n, 3), c: noise(batch * m * n, 4) };
  for (const layout of layouts) {
    for (const transposedOut of [false, true]) {
      const plan = makePlan(buffers, [product(shape, layout, transposedOut)]);
      const difference = await differenceFromReference(plan, given, 2);
      expect(difference, `${layout}, ${transposedOut ? "stored transposed" : "stored in rows"}`).toBeLessThan(
        1e-6 * Math.sqrt(k + 10),
      );
    }
  }
});

test("one side broadcast over the batch, and rows taken from the middle of a larger matrix", async () => {
  const kernel: ContractKernel = {
    ...product({ batch: 3, m: 12, n: 20, k: 30 }, "plain", false),
    a: { buffer: 0, offset: 7, strides: [500, 40, 1] },
    b: { buffer: 1, offset: 3, strides: [0, 25, 1] },
  };
  const buffers = [slot("a", 1500), slot("b", 800), slot("bias", 20), slot("c", 720)];
  const given = { a: noise(1500), b: noise(800, 2), bias: noise(20, 3), c: noise(720, 4) };
  expect(await differenceFromReference(makePlan(buffers, [kernel]), given)).toBeLessThan(1e-5);
});

test("columns are packed block by block where all of them would not stay in the cache", async () => {
  const [m, n, k] = [7, 150, 3000];
  const kernel = product({ batch: 1, m, n, k }, "b transposed", false);
  expect(chooseProductShape(kernel)?.blockColumns).toBeLessThan(n);
  const buffers = [slot("a", m * k), slot("b", k * n), slot("bias", n), slot("c", m * n)];
  const given = { a: noise(m * k), b: noise(k * n, 2), bias: noise(n, 3), c: noise(m * n, 4) };
  expect(await differenceFromReference(makePlan(buffers, [kernel]), given)).toBeLessThan(1e-4);
});

test("float64 and integer products", async () => {
  for (const dtype of ["float64", "int32"] as const) {
    const base = product({ batch: 1, m: 6, n: 9, k: 40 }, "plain", false);
    const kernel: ContractKernel = {
      ...base,
      dtype,
      epilogue: [{ kind: "reduction", index: 0, dtype }],
      epilogueStores: [{ buffer: 2, access: rowMajor([1, 6, 9]), node: 0 }],
    };
    const round = (values: Float32Array): Float32Array => values.map((v) => Math.round(v * 10));
    const plan = makePlan([slot("a", 240, dtype), slot("b", 360, dtype), slot("c", 54, dtype)], [kernel]);
    expect(await differenceFromReference(plan, { a: round(noise(240)), b: round(noise(360, 2)) })).toBeLessThan(1e-12);
  }
});
