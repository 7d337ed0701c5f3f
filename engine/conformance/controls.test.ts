/** @file Negative controls: what the generated tests must catch, given to the same harness. */
import { describe, expect, it } from "vitest";
import { referenceBackend } from "../backends/reference";
import type { Plan } from "../compile/plan";
import { defineOp, nameOp } from "../ir/define-op";
import { operand, type AnyOp } from "../ir/op";
import { cos, mul, neg, opNamed, sin } from "../ops";
import { promotedFloatType } from "../ops/output-types";
import { drawn, sample } from "../ops/samples";
import { torchCases } from "./cases";
import { difference } from "./compare";
import { gradientFaults } from "./gradient-check";
import { gradSlot, opStep, outSlot } from "./op-step";
import { runStep } from "./run-step";
import { torchFixture } from "./torch-fixtures";

const device = await referenceBackend.open({ memoryBudgetBytes: 1e9 });
const tolerance = { relative: 2e-6, absolute: 1e-7 };
const oneSample = sample([drawn([2, 3])]);

/** sin, but with this gradient. */
function sineWith(name: string, rule: typeof sin.rules.gradients): AnyOp {
  const op = defineOp({ ...sin.signature, operands: [operand("input")], attributes: {} }).rules({
    type: ({ operands }) => promotedFloatType(operands),
    compute: { kind: "pointwise", promotion: "float", expression: (s, { input }) => s.call("sin", input) },
    gradients: rule === "inherit" ? { input: ({ grad }) => grad } : rule,
    torch: sin.rules.torch,
    samples: [oneSample],
  }) as unknown as AnyOp;
  nameOp(op, name);
  return op;
}

describe("a wrong gradient rule is caught", () => {
  it.each([
    ["in sign", sineWith("sineSign", { input: ({ grad, operands }) => neg(mul(grad, cos(operands.input))) })],
    ["in value", sineWith("sineValue", { input: ({ grad, operands }) => mul(grad, sin(operands.input)) })],
    [
      "by a factor",
      sineWith("sineFactor", { input: ({ grad, operands }) => mul(mul(grad, cos(operands.input)), 1.001) }),
    ],
    ["by leaving out the cotangent", sineWith("sineBare", { input: ({ operands }) => cos(operands.input) })],
  ])("%s, by central differences", async (_, op) => {
    expect(await gradientFaults(device, op, oneSample)).not.toEqual([]);
  });

  it("and a right one passes", async () => {
    const op = sineWith("sineRight", { input: ({ grad, operands }) => mul(grad, cos(operands.input)) });
    expect(await gradientFaults(device, op, oneSample)).toEqual([]);
  });

  it("by PyTorch's fixture", async () => {
    const torchCase = torchCases().find(({ key }) => key === "sin[0]");
    if (!torchCase) throw new Error("sin has no case");
    const wrong = sineWith("sineFixture", { input: ({ grad, operands }) => mul(grad, sin(operands.input)) });
    const sinSample = sin.rules.samples[0] ?? oneSample;
    const found = await runStep(device, opStep(wrong, sinSample, { float: "float32", order: 1 }));
    const { data = [], grads } = torchFixture(torchCase);
    expect(difference(found.get(outSlot) ?? [], data, tolerance)).toBeNull();
    expect(difference(found.get(gradSlot("input")) ?? [], grads?.["input"] ?? [], tolerance)).not.toBeNull();
  });
});

describe("a wrong kernel is caught", () => {
  it.each([
    ["add", '"fn":"add"', '"fn":"sub"'],
    ["sum", '"monoid":"sum"', '"monoid":"max"'],
    ["relu", '"fn":"max"', '"fn":"min"'],
  ])("in %s", async (name, right, wrong) => {
    const op = opNamed(name);
    const first = op?.rules.samples[0];
    if (!op || !first) throw new Error(`${name} has no sample`);
    const step = opStep(op, first, { float: "float32", order: 0 });
    const text = JSON.stringify(step.plan.kernels);
    expect(text).toContain(right);
    const plan: Plan = {
      ...step.plan,
      key: `${step.plan.key} broken`,
      kernels: JSON.parse(text.replace(right, wrong)) as Plan["kernels"],
    };
    const expected = await runStep(device, step);
    const found = await runStep(device, { ...step, plan });
    expect(difference(found.get(outSlot) ?? [], Array.from(expected.get(outSlot) ?? []), tolerance)).not.toBeNull();
  });
});

it("a stale fixture is refused", () => {
  const torchCase = torchCases().find(({ key }) => key === "sin[0]");
  if (!torchCase) throw new Error("sin has no case");
  expect(() => torchFixture({ ...torchCase, python: "torch.cos(input)" })).toThrow(/npm run fixtures/);
  expect(() => torchFixture({ ...torchCase, key: "sin[999]" })).toThrow(/missing/);
});

it("comparison tells NaN, infinities, lengths and small differences apart", () => {
  expect(difference([NaN, 1], ["NaN", 1], tolerance)).toBeNull();
  expect(difference([1], ["NaN"], tolerance)).not.toBeNull();
  expect(difference([NaN], [1], tolerance)).not.toBeNull();
  expect(difference([Infinity], ["-Infinity"], tolerance)).not.toBeNull();
  expect(difference([1], [1, 1], tolerance)).not.toBeNull();
  expect(difference([1.00001], [1], tolerance)).not.toBeNull();
});
