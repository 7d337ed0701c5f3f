/** @file The numbers behind the gallery's first picture are those that training gives. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import drawn from "../../assets/gallery/fit.json";

/** The sum of squares of what is left of sin x, as the template's loss has it. */
function lossOf([a = 0, b = 0, c = 0, d = 0]: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < 2000; i++) {
    const x = -Math.PI + (2 * Math.PI * i) / 1999;
    sum += (a + b * x + c * x ** 2 + d * x ** 3 - Math.sin(x)) ** 2;
  }
  return sum;
}

it("the fits in the gallery's picture get better by the step, to PyTorch's loss", () => {
  const losses = drawn.fits.map(({ coefficients }) => lossOf(coefficients));
  expect(losses).toEqual([...losses].sort((a, b) => b - a));
  expect(losses.at(-1)).toBeCloseTo(12.29, 1);
});

it.skipIf(!existsSync("cli/dist/chainrule.cjs"))("they are what the engine trains", () => {
  const [{ step, coefficients } = { step: 0, coefficients: [] }] = drawn.fits;
  const args = ["run", `assets/examples/${drawn.template}.chainrule`, "--json", "--device", "wasm", "--seed", "0"];
  const printed = execFileSync("node", ["cli/bin/chainrule.mjs", ...args, "--steps", String(step)], {
    encoding: "utf8",
  });
  const done = JSON.parse(printed.trim().split("\n").at(-1) ?? "") as {
    readonly parameters: Readonly<Record<string, { readonly data: readonly number[] }>>;
  };
  expect(["a", "b", "c", "d"].map((name) => done.parameters[name]?.data[0])).toEqual(coefficients);
});
