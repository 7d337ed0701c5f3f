/** @file Generated: every gradient, and its gradient, against central differences in float64. */
import { describe, expect, it } from "vitest";
import { ops } from "../ops";
import { referenceBackend } from "../backends/reference";
import { gradientFaults } from "./gradient-check";

const device = await referenceBackend.open({ memoryBudgetBytes: 1e9 });

for (const [name, op] of ops) {
  const floats = op.rules.samples.flatMap((sample, index) => {
    const hasFloat = sample.operands.some((o) => typeof o === "object" && o?.dtype.startsWith("float"));
    return hasFloat && sample.smooth !== false ? [{ sample, index }] : [];
  });
  if (floats.length === 0) continue;
  describe(name, () => {
    it.each(floats)("sample $index: gradients are derivatives, to second order", async ({ sample }) => {
      expect(await gradientFaults(device, op, sample)).toEqual([]);
    });
  });
}
