/** @file Every op whose result is nothing but views of operand 0 says that it shares its memory, and no other does. */
import { expect, it } from "vitest";
import { parseAttributes } from "../ir/attribute";
import type { AnyOp } from "../ir/op";
import type { Value } from "../ir/value";
import { recordWith } from "../ir/recorder";
import { to } from "../ops";
import { ops } from "../ops/registry";
import { createTape, namedOperands } from "./record";
import { sharedStorage } from "./shared-storage";

/** What an op makes of its first operand, for each of its samples. */
function uses(op: AnyOp): { readonly first: Value; readonly out: Value }[] {
  return op.rules.samples.flatMap((sample) => {
    const tape = createTape({ float: "float32" });
    const operands = sample.operands.map((each, i): Value | null => {
      if (each === null) return null;
      if (typeof each === "number") return tape.literal(each, !Number.isInteger(each));
      return tape.slot(String(i), { dtype: each.dtype, shape: each.shape }, false);
    });
    const [first] = operands;
    if (!first || op.rules.compute.kind === "random") return [];
    return [
      { first, out: tape.record(op, operands, parseAttributes(op.signature.attributes, sample.attributes ?? {})) },
    ];
  });
}

/** Whether a value is read from another by moving elements alone, none of them copied or added. */
function onlyViews(out: Value, first: Value): boolean {
  for (let at = out; at !== first;) {
    const { definition } = at;
    if (definition.kind === "alias") at = definition.of;
    else {
      if (definition.kind !== "op") return false;
      const { op, operands, attributes } = definition;
      const { compute } = op.rules;
      if (compute.kind !== "view" || !operands[0]) return false;
      const named = namedOperands(op, operands.map((operand) => operand && operand.type)); // prettier-ignore
      const { kind } = compute.view({ operands: named, attributes, out: at.type });
      if (kind === "identity" || kind === "pad") return false;
      at = operands[0];
    }
  }
  return true;
}

it.each([...ops].map(([name, op]) => [name, op] as const))("%s", (_, op) => {
  const found = uses(op);
  const mine = ({ first, out }: (typeof found)[number]): boolean => sharedStorage(out, (value) => value === first).base === first; // prettier-ignore
  if (op.signature.shares !== true) expect(found.filter((use) => onlyViews(use.out, use.first))).toEqual([]);
  else expect(found.filter((use) => use.out.type.dtype === use.first.type.dtype && !mine(use))).toEqual([]);
});

it("to shares only where it keeps the dtype", () => {
  const tape = createTape({ float: "float32" });
  const x = tape.slot("x", { dtype: "float32", shape: [2] }, false);
  const [kept, converted] = recordWith(tape, () => [to(x, { dtype: "float32" }), to(x, { dtype: "float64" })]);
  expect([kept, converted].map((value) => value && sharedStorage(value).base)).toEqual([x, converted]);
});
