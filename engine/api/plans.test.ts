/** @file Plans found again by structure read their numbers from where these are put. */
import { expect, it } from "vitest";
import { recordWith } from "../ir/recorder";
import { add, mul } from "../ops";
import { createTape } from "../tape/record";
import { Plans, type PreparedJob } from "./plans";

const type = { dtype: "float32", shape: [2] } as const;

/** x · number, or x + number. */
function prepared(plans: Plans, number: number, op = mul): PreparedJob {
  const tape = createTape({ float: "float32" });
  const x = tape.slot("x", type, false);
  const value = recordWith(tape, () => op(x, number));
  return plans.prepare({ tape, storages: new Map(), writes: [{ slot: "out", type, value }], ring: [] });
}

/** Slots that a plan reads or writes. */
function slotsOf({ plan }: PreparedJob): readonly string[] {
  return plan.buffers.flatMap(({ place }) => (place.kind === "slot" ? [place.slot] : []));
}

it("a number that changes is an input, and the plan is the same", () => {
  const plans = new Plans();
  prepared(plans, 0.5);
  const [second, third] = [prepared(plans, 1.25), prepared(plans, 2.5)];
  expect(third.plan).toBe(second.plan);
  expect(third.inputs.map(({ slot, data }) => [slotsOf(third).includes(slot), [...data.data]])).toEqual([
    [true, [2.5]],
  ]);
});

it("also where the structure was forgotten meanwhile", () => {
  const plans = new Plans(1);
  [0.5, 1.25].forEach((number) => prepared(plans, number));
  prepared(plans, 1.5, add);
  [3.5, 4.5].forEach((number) => prepared(plans, number));
  const last = prepared(plans, 5.5);
  expect(last.inputs).toHaveLength(1);
  expect(last.inputs.filter(({ slot }) => !slotsOf(last).includes(slot))).toEqual([]);
});
