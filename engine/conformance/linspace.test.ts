/** @file linspace in float32 is PyTorch's to the last bit: what a float64 run begins with is cast from it. */
import { expect, it } from "vitest";
import { recordWith } from "../ir/recorder";
import { linspace } from "../ops";
import reference from "../random/torch-streams.json";
import { createTape } from "../tape/record";

it.each(reference.linspace)("linspace($start, $end, $steps) is PyTorch's, bit for bit", (range) => {
  const { start, end, steps, numbers } = range;
  const { definition } = recordWith(createTape({ float: "float32" }), () => linspace({ start, end, steps }));
  if (definition.kind !== "data") throw new Error("Invariant: linspace is made on the host");
  expect([...definition.data.data]).toEqual(numbers);
});
