/** @file By hand: second derivatives and composites where NaN would like to leak in. */
import { expect, it } from "vitest";
import { backward } from "../autodiff/walk";
import { referenceBackend } from "../backends/reference";
import { compile } from "../compile/compile";
import { recordWith } from "../ir/recorder";
import { tensorData } from "../ir/tensor";
import type { SlotId, Value } from "../ir/value";
import {
  add,
  crossEntropy,
  exp,
  log,
  norm,
  pow,
  relu,
  slice,
  softmax,
  sqrt,
  sum,
  tensor,
  where,
  gt,
  mul,
} from "../ops";
import { createTape } from "../tape/record";
import { runStep } from "./run-step";

const x = "x" as SlotId;
const device = await referenceBackend.open({ memoryBudgetBytes: 1e8 });

/** The first and second derivatives of Σ f at the given points, by differentiating twice. */
async function derivatives(points: readonly number[], f: (x: Value) => Value) {
  const tape = createTape({ float: "float32" });
  const data = tensorData("float32", [points.length], points);
  const value = tape.slot(x, { dtype: "float32", shape: data.shape }, true);
  const out = recordWith(tape, () => sum(f(value)));
  const first = backward(tape, out, null, { createGraph: true }).of(value);
  if (!first) throw new Error("no gradient");
  const total = recordWith(tape, () => sum(first));
  const second = total.requiresGrad ? backward(tape, total, null).of(value) : null;
  const writes = [
    { slot: "first" as SlotId, value: first },
    ...(second ? [{ slot: "second" as SlotId, value: second }] : []),
  ];
  const plan = compile({ writes, given: new Map(), ring: [] });
  const outputs = new Map(writes.map(({ slot, value: written }) => [slot, written.type] as const));
  const found = await runStep(device, { plan, inputs: new Map([[x, data]]), outputs });
  const numbers = (slot: string) => Array.from(found.get(slot as SlotId) ?? []);
  return { first: numbers("first"), second: numbers("second") };
}

it("powers of 0 have the derivatives of the polynomial", async () => {
  expect(await derivatives([0, 2], (v) => pow(v, 2))).toEqual({ first: [0, 4], second: [2, 2] });
  expect(await derivatives([0, 2], (v) => pow(v, 3))).toEqual({ first: [0, 12], second: [0, 12] });
  expect(await derivatives([0, -2], (v) => pow(v, 1))).toMatchObject({ first: [1, 1] });
  expect(await derivatives([0, -2], (v) => pow(v, 0))).toMatchObject({ first: [0, 0] });
});

it("a tensor of exponents does the same, element by element", async () => {
  const exponents = () => tensor({ data: [0, 1, 2, 3], dtype: "float32" });
  const { first, second } = await derivatives([0, 0, 0, 0], (v) => pow(v, exponents()));
  expect(first).toEqual([0, 1, 0, 0]);
  expect(second).toEqual([0, 0, 2, 0]);
});

it("the norm of a zero vector has gradient 0, and so has its square's", async () => {
  expect((await derivatives([0, 0], (v) => norm(v))).first).toEqual([0, 0]);
  expect((await derivatives([0, 0], (v) => pow(norm(v), 2))).first).toEqual([0, 0]);
  expect((await derivatives([3, 4], (v) => pow(norm(v), 2))).first).toEqual([6, 8]);
});

it("the square root has an infinite gradient at 0, as PyTorch's", async () => {
  expect((await derivatives([0], (v) => sqrt(v))).first).toEqual([Infinity]);
});

it("where keeps out the gradient of what it did not choose, when its operand is made safe", async () => {
  const safeLog = (v: Value) => where(gt(v, 0), log(where(gt(v, 0), v, 1)), 0);
  expect((await derivatives([0, 2, -1], safeLog)).first).toEqual([0, 0.5, 0]);
});

it("relu and its second derivative are 0 at 0", async () => {
  expect(await derivatives([0, -1, 2], (v) => mul(relu(v), relu(v)))).toEqual({ first: [0, 0, 4], second: [0, 0, 2] });
});

it("softmax and cross entropy stay finite for huge scores", async () => {
  const { first, second } = await derivatives([1e4, -1e4, 0], (v) => pow(softmax(v), 2));
  for (const number of [...first, ...second]) expect(number).toBeCloseTo(0);
  const target = () => tensor({ data: 1, dtype: "int64" });
  expect((await derivatives([1e4, -1e4, 0], (v) => crossEntropy(v, target()))).first).toEqual([1, -1, 0]);
});

it("a part of no elements adds nothing to the gradient, whatever is made of it", async () => {
  const nothing = (v: Value) => sum(exp(slice(v, { start: 5 })));
  expect((await derivatives([1, 2], (v) => add(nothing(v), sum(v)))).first).toEqual([1, 1]);
});

it("a target that is no class gives NaN instead of counting as no loss", async () => {
  const loss = (target: number) => (v: Value) => mul(crossEntropy(v, tensor({ data: target, dtype: "int64" })), sum(v));
  expect((await derivatives([1, 2, 3], loss(0))).first).not.toContain(NaN);
  for (const target of [3, -1]) {
    expect((await derivatives([1, 2, 3], loss(target))).first).toEqual([NaN, NaN, NaN]);
  }
});
