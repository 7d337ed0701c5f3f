/** @file Golden plans: the kernels of a dozen steps, as text. A change here says in its commit what got better. */
import { expect, test } from "vitest";
import { compile } from "./compile";
import { exampleSteps } from "./example-steps";
import { printPlan } from "./print";

test.each(Object.entries(exampleSteps))("the plan of %s is as committed", async (name, make) => {
  const file = name.replace(/ \(.*/, "").replaceAll(/[^a-zA-Z0-9]+/g, "-");
  await expect(`${printPlan(compile(make()))}\n`).toMatchFileSnapshot(`./golden/${file}.txt`);
});

test("equal requests have equal keys, and others do not", () => {
  const keys = Object.values(exampleSteps).map((make) => {
    const key = compile(make()).key;
    expect(compile(make()).key).toBe(key);
    return key;
  });
  expect(new Set(keys).size).toBe(keys.length);
});

test("the polynomial's forward, gradients and updates are one kernel", () => {
  expect(compile(exampleSteps["polynomial (E03)"]()).kernels).toHaveLength(1);
});
