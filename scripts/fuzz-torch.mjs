/** @file `npm run fuzz -- --seed 1000 --count 500`: programs that no fixture holds, asked of PyTorch and compared at once. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1000" }, count: { type: "string", default: "500" } },
});
const python = process.env["CHAINRULE_PYTHON"] ?? "/usr/bin/python3";
const script = ".cache/fuzz.mjs";

mkdirSync(".cache", { recursive: true });
await build({
  entryPoints: ["scripts/fixtures/fuzz.ts"],
  outfile: script,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "warning",
});
const options = { encoding: "utf8", maxBuffer: 1 << 30 };
const printed = spawnSync(process.execPath, [script, "print", values.seed, values.count], {
  ...options,
  stdio: ["ignore", "pipe", "inherit"],
});
if (printed.status !== 0) process.exit(1);
const answers = spawnSync(python, ["scripts/fixtures/torch_fixtures.py"], {
  ...options,
  input: printed.stdout,
});
if (answers.error) {
  console.error(`fuzz: ${python} does not start (${answers.error.message}). Set CHAINRULE_PYTHON to one with torch.`);
  process.exit(2);
}
// A program that PyTorch refuses has no answer and fails the script; without any answer it is Python that failed.
if (!answers.stdout.trimStart().startsWith("{")) {
  console.error(`fuzz: ${python} gave no answers. Install torch for it.\n${answers.stderr}`);
  process.exit(2);
}
const compared = spawnSync(process.execPath, [script, "compare", values.seed, values.count], {
  ...options,
  input: answers.stdout,
  stdio: ["pipe", "inherit", "inherit"],
});
process.exit(compared.status ?? 1);
