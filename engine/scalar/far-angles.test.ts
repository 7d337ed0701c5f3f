/** @file Sine and cosine of large angles against float64's own. */
import { describe, expect, it } from "vitest";
import { evaluateExpression } from "./evaluate-expression";
import type { ScalarExpression } from "./expression";
import { expandFarCos, expandFarSin } from "./far-angles";
import { expandSin } from "./polynomials";
import { ulpDistance } from "./ulp";

const x: ScalarExpression = { kind: "operand", index: 0, type: "float32" };

/** Angles of both signs spread over all exponents from 2 on, the largest float32, and multiples of π/2 as near as float32 has them. */
function angles(): number[] {
  const spread = Array.from({ length: 6_000 }, (_, i) => 2 ** (1 + (i * 126.99) / 6_000) * (1 + ((i * 7919) % 1000) / 1001)); // prettier-ignore
  const turns = Array.from({ length: 1_000 }, (_, i) => (Math.PI / 2) * Math.round(1.027 ** (i + 100)));
  // The float32 above 2 whose multiple of π/2 is nearest.
  const hard = [16367173 * 2 ** 72, 3.4028234663852886e38, 2 ** 127, 1e5];
  return [...spread, ...turns, ...hard].flatMap((value) => [Math.fround(value), -Math.fround(value)]).filter((value) => Math.abs(value) < 3.5e38 && Math.abs(value) >= 2); // prettier-ignore
}

describe("far angles", () => {
  it.each([
    ["sin", expandFarSin(x), Math.sin],
    ["cos", expandFarCos(x), Math.cos],
  ] as const)("%s is within 4 ulp from 2 to the largest float32", (_, expression, exact) => {
    let worst = 0;
    let at = 0;
    for (const angle of angles()) {
      const distance = ulpDistance(evaluateExpression(expression, [angle]), exact(angle));
      if (distance > worst) [worst, at] = [distance, angle];
    }
    expect(worst, `worst at ${at}: ${evaluateExpression(expression, [at])}, exact ${exact(at)}`).toBeLessThanOrEqual(4);
  });

  it("the near reduction alone would be far off there", () => {
    expect(Math.abs(evaluateExpression(expandSin(x), [1e8]) - Math.sin(1e8))).toBeGreaterThan(1e-3);
  });
});
