/** @file backward by hand: what it records, what it refuses, and what a second pass may do. */
import { describe, expect, it } from "vitest";
import { printMessage } from "../ir/diagnostic";
import { recordWith } from "../ir/recorder";
import { Refusal } from "../ir/refusal";
import type { SlotId, Value } from "../ir/value";
import { add, detach, exp, leaf, mean, mul, pow, sin, sum, to } from "../ops";
import { createTape } from "../tape/record";
import { backward } from "./walk";

function start(): ReturnType<typeof createTape> {
  return createTape({ float: "float32" });
}

function parameter(tape: ReturnType<typeof createTape>, id: string, shape: readonly number[] = []): Value {
  return tape.slot(id as SlotId, { dtype: "float32", shape }, true);
}

function refusal(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof Refusal) return printMessage(error.code, error.parameters);
    throw error;
  }
  return "accepted";
}

describe("backward", () => {
  it("reaches each leaf once, in the order they were recorded", () => {
    const tape = start();
    const a = parameter(tape, "a");
    const b = parameter(tape, "b");
    const loss = recordWith(tape, () => mul(add(b, a), b));
    const gradients = backward(tape, loss, null);
    expect(gradients.leaves).toEqual([a, b]);
    expect(gradients.of(b)?.type).toEqual({ dtype: "float32", shape: [] });
    expect(gradients.contributions(b)).toHaveLength(2);
  });

  it("sums what was broadcast back to the operand's shape and dtype", () => {
    const tape = start();
    const a = parameter(tape, "a", [1, 3]);
    const b = parameter(tape, "b", [2, 4, 3]);
    const loss = recordWith(tape, () => sum(mul(a, to(b, { dtype: "float64" }))));
    const gradients = backward(tape, loss, null);
    expect(gradients.of(a)?.type).toEqual({ dtype: "float32", shape: [1, 3] });
    expect(gradients.of(b)?.type).toEqual({ dtype: "float32", shape: [2, 4, 3] });
    expect(gradients.contributions(a)[0]?.before.type.shape).toEqual([2, 4, 3]);
  });

  it("gives an edge only its own contribution", () => {
    const tape = start();
    const x = parameter(tape, "x", [2]);
    const first = tape.alias(x);
    const second = tape.alias(x);
    const loss = recordWith(tape, () => sum(add(mul(first, 3), sin(second))));
    const gradients = backward(tape, loss, null);
    expect(gradients.of(first)).not.toBe(gradients.of(second));
    expect(gradients.contributions(x).map(({ user }) => user)).toEqual([second, first]);
  });

  it("stops at detach and at leaves", () => {
    const tape = start();
    const x = parameter(tape, "x", [2]);
    const [inner, loss] = recordWith(tape, () => {
      const inner = leaf(exp(x));
      return [inner, sum(mul(inner, detach(sin(x))))] as const;
    });
    const gradients = backward(tape, loss, null);
    expect(gradients.leaves).toEqual([inner]);
    expect(gradients.of(x)).toBeNull();
  });

  it("records nothing for values that need no gradient", () => {
    const tape = start();
    const x = parameter(tape, "x", [2]);
    const constant = tape.slot("c" as SlotId, { dtype: "float32", shape: [2] }, false);
    const loss = recordWith(tape, () => sum(mul(x, exp(constant))));
    const before = tape.values.length;
    const gradients = backward(tape, loss, null);
    expect(gradients.of(constant)).toBeNull();
    const recorded = tape.values.slice(before).map(({ definition }) => (definition.kind === "op" ? definition.op.opName : definition.kind)); // prettier-ignore
    expect(recorded.filter((name) => name === "exp")).toEqual([]);
  });

  it("walks only towards the wanted inputs", () => {
    const tape = start();
    const x = parameter(tape, "x", [2]);
    const y = parameter(tape, "y", [2]);
    const loss = recordWith(tape, () => sum(mul(exp(x), sin(y))));
    const gradients = backward(tape, loss, null, { inputs: [y] });
    expect(gradients.leaves).toEqual([y]);
  });

  it("marks what it records with the forward node and the phase backward", () => {
    const tape = start();
    const x = parameter(tape, "x", [2]);
    const place = { phase: "forward", path: [["call", 0]], node: "n1", port: "out" } as const;
    const y = tape.at(place, () => recordWith(tape, () => sin(x)));
    const loss = recordWith(tape, () => sum(y));
    const grad = backward(tape, loss, null).of(x);
    expect(grad?.origin).toMatchObject({ phase: "backward", path: [["call", 0]], node: "n1" });
  });

  it("differentiates its own gradients when asked", () => {
    const tape = start();
    const x = parameter(tape, "x");
    const loss = recordWith(tape, () => pow(x, 3));
    const first = backward(tape, loss, null, { createGraph: true }).of(x);
    expect(first?.requiresGrad).toBe(true);
    const second = first && backward(tape, first, null).of(x);
    expect(second?.type).toEqual({ dtype: "float32", shape: [] });
    const plain = backward(tape, recordWith(tape, () => pow(x, 3)), null).of(x); // prettier-ignore
    expect(plain?.requiresGrad).toBe(false);
  });
});

describe("what backward refuses", () => {
  it("a root without a gradient, in PyTorch's words", () => {
    const tape = start();
    const x = parameter(tape, "x");
    const root = tape.noGrad(() => recordWith(tape, () => mul(x, x)));
    const sentence = "element 0 of tensors does not require grad and does not have a grad_fn";
    expect(refusal(() => backward(tape, root, null))).toContain(sentence);
  });

  it("a root of several elements without a cotangent", () => {
    const tape = start();
    const x = parameter(tape, "x", [2, 3]);
    const root = recordWith(tape, () => mul(x, x));
    expect(refusal(() => backward(tape, root, null))).toContain(
      "grad can be implicitly created only for scalar outputs",
    );
    const ones = tape.slot("ones" as SlotId, { dtype: "float32", shape: [2, 3] }, false);
    expect(backward(tape, root, ones).of(x)?.type.shape).toEqual([2, 3]);
  });

  it("a cotangent of another shape", () => {
    const tape = start();
    const root = recordWith(tape, () => mul(parameter(tape, "x", [2, 3]), 2));
    const cotangent = tape.slot("c" as SlotId, { dtype: "float32", shape: [3] }, false);
    expect(refusal(() => backward(tape, root, cotangent))).toContain(
      "Mismatch in shape: grad_output[0] has a shape of [3]",
    );
  });

  const passes = (build: (x: Value) => Value, retainGraph: boolean): string => {
    const tape = start();
    const x = parameter(tape, "x", [2, 2]);
    const root = recordWith(tape, () => build(x));
    const cotangent = tape.slot("c" as SlotId, root.type, false);
    backward(tape, root, cotangent, { retainGraph });
    return refusal(() => backward(tape, root, cotangent));
  };

  // What PyTorch 1.13.1 does for each.
  it.each([
    ["x + x", (x: Value) => add(x, x)],
    ["mean(x)", (x: Value) => mean(x)],
    ["sum(x)", (x: Value) => sum(x)],
  ])("not a second pass through %s, which saves nothing", (_, build) => {
    expect(passes(build, false)).toBe("accepted");
  });

  it.each([
    ["x * 3", (x: Value) => mul(x, 3)],
    ["x ** 2", (x: Value) => pow(x, 2)],
    ["exp(x)", (x: Value) => exp(x)],
    ["mean(x ** 2)", (x: Value) => mean(pow(x, 2))],
  ])("a second pass through %s, unless the graph was kept", (_, build) => {
    expect(passes(build, false)).toMatch(/^Trying to backward through the graph a second time/);
    expect(passes(build, true)).toBe("accepted");
  });
});

describe("boundaries", () => {
  it("hand over to their own backward, once for all outputs", () => {
    const tape = start();
    const x = parameter(tape, "x", [2]);
    const inner = tape.noGrad(() => recordWith(tape, () => [exp(x), sin(x)]));
    let calls = 0;
    const outputs = tape.boundary({
      name: "TwinBackward",
      inputs: [x],
      inner,
      backward: ([first, second]) => {
        calls++;
        return [first && second ? add(first, second) : null];
      },
    });
    const [a, b] = outputs;
    if (!a || !b) throw new Error("two outputs");
    const gradients = backward(tape, recordWith(tape, () => sum(mul(a, b))), null); // prettier-ignore
    expect(calls).toBe(1);
    expect(gradients.of(x)?.type.shape).toEqual([2]);
    expect(a.gradFn).toBe("TwinBackward");
  });

  it("are refused when a gradient does not fit its input", () => {
    const tape = start();
    const x = parameter(tape, "x", [2, 3]);
    const wrong = tape.slot("w" as SlotId, { dtype: "float32", shape: [4] }, false);
    const [y] = tape.boundary({ name: "WrongBackward", inputs: [x], inner: [x], backward: () => [wrong] });
    if (!y) throw new Error("one output");
    const message = refusal(() => backward(tape, recordWith(tape, () => sum(y)), null)); // prettier-ignore
    expect(message).toContain("WrongBackward returned an invalid gradient at index 0: found shape [4]");
  });
});
