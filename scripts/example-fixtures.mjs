/**
 * @file `node scripts/example-fixtures.mjs`: trains the example gallery in PyTorch for three seeds and writes what the
 * tests need of it to engine/conformance/fixtures/examples.json. Takes minutes; what PyTorch printed stays in .cache.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const python = process.env["CHAINRULE_PYTHON"] ?? "/usr/bin/python3";
const target = "engine/conformance/fixtures/examples.json";
const seeds = [0, 1, 7];
/** Rows whose PyTorch code is the same as another's: E02 is E01 on a device, E10 and E11 compute what E09 does. */
const rows = ["E01", "E03", "E04", "E05", "E06", "E07", "E09", "E11", "E12", "E14", "E15", "E16", "E17"];
const values = ["E19", "E21", "E22"];

/** What PyTorch prints for a seed, run once. */
function ask(seed) {
  const kept = `.cache/torch-examples-${seed}.json`;
  if (!existsSync(kept)) {
    const only = [...rows, ...(seed === 0 ? values : [])].join(",");
    const answer = spawnSync(python, ["scripts/fixtures/torch_examples.py", "--seed", String(seed), "--only", only], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: { ...process.env, OPENBLAS_NUM_THREADS: "1" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (answer.status !== 0) throw new Error(`${python} ended with ${answer.error?.message ?? answer.status}`);
    mkdirSync(".cache", { recursive: true });
    writeFileSync(`${kept}.tmp`, answer.stdout);
    renameSync(`${kept}.tmp`, kept);
  }
  return JSON.parse(readFileSync(kept, "utf8"));
}

/** A gradient as its root mean square and first numbers. */
function shorten(tensor) {
  if (tensor === null) return null;
  if (typeof tensor === "object" && !Array.isArray(tensor)) return { rms: tensor.rms, first: tensor.first.slice(0, 8) };
  const flat = [tensor].flat(Infinity);
  const rms = Math.sqrt(flat.reduce((sum, x) => sum + x * x, 0) / flat.length);
  return { rms, first: flat.slice(0, 8) };
}

const fixtures = { torch: null, training: {}, values: {} };
for (const seed of seeds) {
  const answer = ask(seed);
  fixtures.torch = answer.torch;
  const all = {};
  for (const row of rows) {
    const { losses, spread, losses64, gradients } = answer[row];
    const short = Object.fromEntries(Object.entries(gradients).map(([name, tensor]) => [name, shorten(tensor)]));
    all[row] = { losses, spread, losses64, gradients: short };
  }
  fixtures.training[seed] = all;
  if (seed === 0) for (const row of values) fixtures.values[row] = answer[row];
}
const lines = [
  `{ "torch": ${JSON.stringify(fixtures.torch)},`,
  `"values": ${JSON.stringify(fixtures.values)},`,
  '"training": {',
  Object.entries(fixtures.training)
    .map(([seed, all]) => {
      const each = Object.entries(all).map(([row, run]) => `${JSON.stringify(row)}: ${JSON.stringify(run)}`);
      return `"${seed}": {\n${each.join(",\n")}\n}`;
    })
    .join(",\n"),
  "} }",
];
writeFileSync(target, `${lines.join("\n")}\n`);
console.log(`fixtures: ${target}`);
