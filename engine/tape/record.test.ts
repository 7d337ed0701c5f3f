/** @file The tape by hand: origins, names, gradients on and off, float64 runs. */
import { describe, expect, it } from "vitest";
import { recordWith } from "../ir/recorder";
import type { SlotId } from "../ir/value";
import { add, crossEntropy, dot, full, linspace, mean, mul, pow, rand, softmax, sum } from "../ops";
import { createTape, randomSlots } from "./record";

const slot = (id: string): SlotId => id as SlotId;

describe("createTape", () => {
  it("names gradient functions as PyTorch does", () => {
    const tape = createTape({ float: "float32" });
    const x = tape.slot(slot("x"), { dtype: "float32", shape: [3] }, true);
    recordWith(tape, () => {
      const y = add(x, 2);
      expect(y.gradFn).toBe("AddBackward0");
      expect(mul(mul(y, y), 3).gradFn).toBe("MulBackward0");
      expect(mean(y).gradFn).toBe("MeanBackward0");
      expect(dot(x, x).gradFn).toBe("DotBackward0");
      expect(tape.alias(y).gradFn).toBe("AddBackward0");
      expect(x.gradFn).toBeNull();
      expect(tape.noGrad(() => pow(x, 2)).gradFn).toBeNull();
    });
  });

  it("opens composites and says which", () => {
    const tape = createTape({ float: "float32" });
    const x = tape.slot(slot("x"), { dtype: "float32", shape: [3, 4] }, true);
    const y = recordWith(tape, () => mean(x));
    expect(y.definition.kind).toBe("op");
    expect(y.origin.ops).toEqual(["mean"]);
    expect(tape.values.every(({ definition }) => definition.kind !== "op" || definition.op.rules.compute.kind !== "composite")).toBe(true); // prettier-ignore
    const nested = recordWith(tape, () => crossEntropy(x, tape.slot(slot("t"), { dtype: "int64", shape: [3] }, false)));
    expect(nested.origin.ops[0]).toBe("crossEntropy");
    expect(tape.values.some(({ origin }) => origin.ops.length > 1)).toBe(true);
  });

  it("wraps a composite with gradients of its own in a boundary, only where one flows", () => {
    const tape = createTape({ float: "float32" });
    const x = tape.slot(slot("x"), { dtype: "float32", shape: [3, 4] }, true);
    const c = tape.slot(slot("c"), { dtype: "float32", shape: [3, 4] }, false);
    recordWith(tape, () => {
      if (softmax(x, { dim: 1 }).definition.kind === "boundary") {
        expect(softmax(c, { dim: 1 }).definition.kind).not.toBe("boundary");
      }
      expect(softmax(x, { dim: 1 }).requiresGrad).toBe(true);
      expect(softmax(c, { dim: 1 }).requiresGrad).toBe(false);
    });
  });

  it("gives one value per slot, with the place it was first read at", () => {
    const tape = createTape({ float: "float32" });
    const type = { dtype: "float32", shape: [] } as const;
    expect(tape.slot(slot("a"), type, true)).toBe(tape.slot(slot("a"), type, true));
    expect(tape.slot(slot("a"), type, true)).not.toBe(tape.slot(slot("b"), type, true));
  });

  it("needs a gradient only for floats", () => {
    const tape = createTape({ float: "float32" });
    const x = tape.slot(slot("x"), { dtype: "float32", shape: [2] }, true);
    recordWith(tape, () => expect(sum(x).requiresGrad).toBe(true));
    const n = tape.slot(slot("n"), { dtype: "int64", shape: [2] }, false);
    expect(() => tape.leaf(n)).toThrow(/leaf.dtype/);
  });

  it("gives each draw of a step a stream of its own", () => {
    const tape = createTape({ float: "float32" });
    const [a, b] = recordWith(tape, () => [rand({ size: [2] }), rand({ size: [2] })]);
    expect(a?.definition).toMatchObject({ kind: "random", stream: 0 });
    expect(b?.definition).toMatchObject({ kind: "random", stream: 1 });
    expect(tape.draws).toBe(2);
    expect(tape.values.map(({ definition }) => definition.kind === "slot" && definition.slot)).toContain(
      randomSlots.counter,
    );
  });

  it("makes float64 of everything, draws and linspace only after they were made", () => {
    const tape = createTape({ float: "float64" });
    const x = tape.slot(slot("x"), { dtype: "float32", shape: [2] }, true);
    recordWith(tape, () => {
      expect(mul(x, 0.1).type.dtype).toBe("float64");
      const line = linspace({ start: 0, end: 1, steps: 2 });
      expect(line.type.dtype).toBe("float64");
      const tenth = full({ size: [2], fillValue: 0.1 });
      const { definition } = tenth;
      const made = definition.kind === "op" ? definition.operands[0] : null;
      expect([tenth.type.dtype, made?.type.dtype]).toEqual(["float64", "float32"]);
      expect(add(line, x).type.dtype).toBe("float64");
      expect(rand({ size: [2] }).type.dtype).toBe("float64");
    });
  });
});
