/** @file Loading a step that does not fit says which values are large, and leaves nothing behind. */
import { expect, test } from "vitest";
import { referenceBackend } from "../backends/reference";
import { recordWith } from "../ir/recorder";
import * as op from "../ops/families";
import { createTape } from "../tape/record";
import { StepLoader } from "./step-loader";

test("a step over the memory budget is refused by the names of its largest values", async () => {
  const device = await referenceBackend.open({ memoryBudgetBytes: 1e6 });
  device.allocate("x", "float32", 1000);
  device.allocate("out", "float32", 1);
  const tape = createTape({ float: "float32" });
  const value = recordWith(tape, () => {
    const column = tape.slot("x", { dtype: "float32", shape: [1000, 1] }, false);
    const square = op.mm(op.expand(column, { shape: [1000, 8] }), op.expand(op.t(column), { shape: [8, 1000] }));
    return op.sum(op.mm(square, square));
  });
  const loader = new StepLoader(device, { now: () => 0, breathe: () => Promise.resolve() });
  const before = device.bytes();
  const load = loader.load({ writes: [{ slot: "out", value }], ring: [] }, new Set());
  await expect(load).rejects.toThrow(/expected at most 1 MB.*The most is in mm \(3.81 MiB\)/);
  expect(device.bytes()).toBe(before);
});
