/** @file Structural hashes: equal for equal meaning, different for anything that changes the tensor. */
import { expect, test } from "vitest";
import { recordWith } from "../ir/recorder";
import type { Value } from "../ir/value";
import * as op from "../ops/families";
import { createTape } from "../tape/record";
import type { Tape } from "../tape/tape";
import { structuralHash } from "./hash";

function hashOf(body: (tape: Tape) => Value): string {
  const tape = createTape({ float: "float32" });
  return recordWith(tape, () => structuralHash(body(tape)));
}

const x = (tape: Tape): Value => tape.slot("x", { dtype: "float32", shape: [3, 4] }, false);

test("ids, places and aliases do not change a hash", () => {
  const plain = hashOf((tape) => op.sum(op.sin(x(tape)), { dims: [1] }));
  const later = hashOf((tape) => {
    op.cos(x(tape));
    const place = { phase: "forward", path: [["n1", 2]], node: "n2", port: "out" } as const;
    return tape.at(place, () => op.sum(tape.alias(op.sin(tape.detach(x(tape)))), { dims: [1] }));
  });
  expect(later).toBe(plain);
  expect(plain).toMatch(/^[0-9a-f]{16}$/);
});

test("ops, attributes, numbers, slots, dtypes and shapes do", () => {
  const hashes = [
    hashOf(x),
    hashOf((tape) => op.sin(x(tape))),
    hashOf((tape) => op.cos(x(tape))),
    hashOf((tape) => op.sum(x(tape), { dims: [0] })),
    hashOf((tape) => op.sum(x(tape), { dims: [1] })),
    hashOf((tape) => op.sum(x(tape), { dims: [1], keepdim: true })),
    hashOf((tape) => op.mul(x(tape), 0)),
    hashOf((tape) => op.mul(x(tape), -0)),
    hashOf((tape) => op.mul(x(tape), 0.5)),
    hashOf((tape) => op.mul(x(tape), op.sin(x(tape)))),
    hashOf((tape) => op.mul(op.sin(x(tape)), x(tape))),
    hashOf((tape) => tape.slot("y", { dtype: "float32", shape: [3, 4] }, false)),
    hashOf((tape) => tape.slot("x", { dtype: "float64", shape: [3, 4] }, false)),
    hashOf((tape) => tape.slot("x", { dtype: "float32", shape: [4, 3] }, false)),
    hashOf(() => op.rand({ size: [2] })),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});

test("two draws of a step differ", () => {
  const tape = createTape({ float: "float32" });
  const [a, b] = recordWith(tape, () => [op.rand({ size: [2] }), op.rand({ size: [2] })] as const);
  expect(structuralHash(a)).not.toBe(structuralHash(b));
});

test("a chain of twenty thousand values has a hash", () => {
  const deep = hashOf((tape) => {
    let value = x(tape);
    for (let i = 0; i < 20_000; i++) value = op.neg(value);
    return value;
  });
  expect(deep).toMatch(/^[0-9a-f]{16}$/);
});
