/** @file `node scripts/gallery-fit.mjs`: trains the gallery's first template and writes the fits that its picture shows. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { format } from "prettier";

const file = "assets/gallery/fit.json";
const template = "poly-autograd";
const steps = [50, 400, 1000, 2000];

/** The polynomial's coefficients after so many steps at seed 0. */
function coefficients(count) {
  const args = ["cli/bin/chainrule.mjs", "run", `assets/examples/${template}.chainrule`, "--json", "--device", "wasm"];
  const printed = execFileSync("node", [...args, "--seed", "0", "--steps", String(count)], { encoding: "utf8" });
  const done = printed
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .find(({ event }) => event === "done");
  return ["a", "b", "c", "d"].map((name) => done.parameters[name].data[0]);
}

const fits = steps.map((step) => ({ step, coefficients: coefficients(step) }));
writeFileSync(file, await format(JSON.stringify({ template, fits }), { parser: "json", printWidth: 120 }));
console.log(file);
