/** @file The expansions of transcendental functions are within 4 ulp of their closures, edges included. */
import { describe, expect, it } from "vitest";
import { scalarBuilder } from "./builder";
import { evaluateExpression } from "./evaluate-expression";
import type { ScalarExpression } from "./expression";
import type { ScalarFunction } from "./functions";
import { philox4x32 } from "./philox";
import { scalarTable } from "./table";
import { ulpDistance } from "./ulp";

function operand(index: number): ScalarExpression {
  return { kind: "operand", index, type: "float32" };
}

function expansionOf(fn: ScalarFunction, arity: number): (...args: readonly number[]) => number {
  const inner = new Map<ScalarFunction, (...args: readonly number[]) => number>();
  const args = Array.from({ length: arity }, (_, i) => operand(i));
  const expression = scalarTable[fn].expand(args, "float32");
  if (!expression) throw new Error(`${fn} has no expansion`);
  const flat = flatten(expression, inner);
  return (...values) => evaluateExpression(flat, values);
}

/** Expands what the expansion itself calls, so that nothing is judged by its own closure. */
function flatten(node: ScalarExpression, seen: Map<unknown, unknown>): ScalarExpression {
  if (node.kind !== "call") return node;
  const before = seen.get(node);
  if (before) return before as ScalarExpression;
  const args = node.args.map((arg) => flatten(arg, seen));
  const type = args[0]?.type ?? "float32";
  const expanded = ["exp", "log"].includes(node.fn) ? scalarTable[node.fn].expand(args, type) : null;
  const result = expanded ?? { ...node, args };
  seen.set(node, result);
  return result;
}

/** Even steps, and the same number of magnitudes spread over the exponents. */
function samples(low: number, high: number, count: number): number[] {
  const even = Array.from({ length: count }, (_, i) => Math.fround(low + ((high - low) * i) / count));
  const size = Math.max(Math.abs(low), Math.abs(high));
  const spread = Array.from({ length: count }, (_, i) =>
    Math.fround(size * 2 ** ((-148 * i) / count) * (1 + ((i * 7) % 13) / 13)),
  );
  return [...even, ...spread, ...spread.map((x) => -x)].filter((x) => x >= low && x <= high);
}

const edges = [0, -0, 1, -1, Infinity, -Infinity, NaN, 1e-45, -1e-45, 1.17549435e-38].map(Math.fround);

describe("expansions", () => {
  it.each<[ScalarFunction, number, number]>([
    ["exp", -103, 88.7],
    ["expm1", -30, 88.7],
    ["log", 0, 3.4e38],
    ["log", 0.5, 2],
    ["log1p", -1, 1e30],
    ["log1p", -0.9, 3],
    ["sin", -100, 100],
    ["sin", -100_000, 100_000],
    ["cos", -100, 100],
    ["cos", -100_000, 100_000],
    ["tanh", -20, 20],
    ["sigmoid", -87, 100],
  ])("%s is within 4 ulp on [%d, %d]", (fn, low, high) => {
    const expanded = expansionOf(fn, 1);
    const closure = scalarTable[fn].closure;
    let worst = 0;
    let at = NaN;
    for (const x of [...samples(low, high, 5000), ...edges]) {
      const exact = closure(x);
      const found = expanded(x);
      // Where the sine is all but 0 for a large argument, what counts is the size of the rest.
      if (Math.abs(x) > 1000 && Math.abs(found - exact) < 1e-11) continue;
      if (ulpDistance(found, exact) > worst) {
        worst = ulpDistance(found, exact);
        at = x;
      }
    }
    expect(worst, `worst at ${at}: ${expanded(at)}, exact ${closure(at)}`).toBeLessThanOrEqual(4);
  });

  it("pow is within 4 ulp, edges as in C", () => {
    const expanded = expansionOf("pow", 2);
    const closure = scalarTable.pow.closure;
    const bases = [
      ...samples(0, 50, 60),
      ...samples(0.9, 1.1, 50),
      ...[3e38, 1e-40].map(Math.fround),
      ...edges,
      -2,
      -3,
      -2.5,
      -0.5,
    ];
    const exponents = [...samples(-20, 20, 30), ...edges, 2, 3, -3, 0.5, 7, 1e10, 1001, 16777216, 88, -45.5, 2.5].map(
      Math.fround,
    );
    let worst = 0;
    let at = [NaN, NaN];
    for (const x of bases) {
      for (const y of exponents) {
        const distance = ulpDistance(expanded(x, y), closure(x, y));
        if (distance > worst) [worst, at] = [distance, [x, y]];
      }
    }
    const [x = 0, y = 0] = at;
    expect(worst, `worst at ${x}, ${y}: ${expanded(x, y)}, exact ${closure(x, y)}`).toBeLessThanOrEqual(4);
  });

  it("a polynomial with a wrong coefficient is noticed", () => {
    const x = operand(0);
    const wrong = scalarBuilder.call("mul", scalarBuilder.call("exp", x), 1.000001);
    expect(ulpDistance(evaluateExpression(wrong, [1]), Math.E)).toBeGreaterThan(4);
  });
});

describe("philox", () => {
  it("gives the known answers of Random123", () => {
    expect(philox4x32([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    expect(philox4x32([-1, -1, -1, -1], [-1, -1])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    expect(philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });

  it("is the same as an expansion", () => {
    const args = Array.from({ length: 5 }, (_, index): ScalarExpression => ({ kind: "operand", index, type: "int32" }));
    const expression = scalarTable.philox.expand(args, "int32");
    if (!expression) throw new Error("philox has no expansion");
    for (let i = 0; i < 200; i++) {
      const values = [i * 77, -i, i % 7, 3, i];
      expect(evaluateExpression(expression, values)).toBe(scalarTable.philox.closure(...values));
    }
  });
});
