/**
 * @file `node scripts/example-fixtures.mjs`: trains the example gallery in PyTorch for four seeds and writes what the
 * tests need of it to engine/conformance/fixtures/examples.json. Takes minutes; what PyTorch printed stays in .cache.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { askTorch, python } from "./torch.mjs";

const target = "engine/conformance/fixtures/examples.json";
const seeds = [0, 1, 7, 42];
/** Rows whose PyTorch code is the same as another's: E02 is E01 on a device, E10 and E11 compute what E09 does. */
const rows = ["E01", "E03", "E04", "E05", "E06", "E07", "E09", "E11", "E12", "E14", "E15", "E16", "E17"];
/** Rows whose float64 losses PyTorch itself does not give twice when only the order of its sums changes. */
const bouncing = ["E06"];
const values = ["E19", "E21", "E22"];

/** What PyTorch prints for these rows and a seed, run once. */
function ask(name, only, seed, script = "torch_examples.py") {
  const kept = `.cache/torch-${name}-${seed}.json`;
  if (!existsSync(kept)) {
    const args = [`scripts/fixtures/${script}`, "--seed", String(seed), "--only", only.join(",")];
    const answer = askTorch(args, { env: { ...process.env, OPENBLAS_NUM_THREADS: "1" } });
    if (answer.status !== 0) throw new Error(`${python} ended with ${answer.status}. ${kept} is not written.`);
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

/** `streams` without the modules that come later. */
function draws(streams) {
  return Object.fromEntries(Object.entries(streams).filter(([name]) => !/^nn\.(?!Linear)/.test(name)));
}

const lines = (entries) =>
  entries.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(",\n");

let torch = null;
const training = [];
const streams = [];
for (const seed of seeds) {
  const answer = ask("examples", rows, seed);
  torch = answer.torch;
  const spreads = ask("spread64", bouncing, seed, "torch_spread64.py");
  const runs = rows.map((row) => {
    const { losses, spread, losses64, gradients } = answer[row];
    const short = Object.fromEntries(Object.entries(gradients).map(([name, tensor]) => [name, shorten(tensor)]));
    const more = bouncing.includes(row) ? { spread64: spreads[row] } : {};
    return [row, { losses, spread, losses64, ...more, gradients: short }];
  });
  training.push(`"${seed}": {\n${lines(runs)}\n}`);
  streams.push([seed, draws(ask("streams", ["streams"], seed).streams)]);
}
const valued = ask("values", values, 0);
const text = `{ "torch": ${JSON.stringify(torch)},
"values": {
${lines(values.map((row) => [row, valued[row]]))}
},
"streams": {
${lines(streams)}
},
"training": {
${training.join(",\n")}
} }
`;
writeFileSync(target, text);
console.log(`fixtures: ${target}`);
