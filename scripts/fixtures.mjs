/** @file `npm run fixtures`: asks PyTorch for every declared sample and writes engine/conformance/fixtures/torch.json. */
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const python = process.env["CHAINRULE_PYTHON"] ?? "/usr/bin/python3";
const target = "engine/conformance/fixtures/torch.json";
const script = ".cache/print-cases.mjs";

mkdirSync(".cache", { recursive: true });
await build({
  entryPoints: ["scripts/fixtures/print-cases.ts"],
  outfile: script,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "warning",
});
const options = { encoding: "utf8", maxBuffer: 1 << 28 };
const cases = spawnSync(process.execPath, [script], { ...options, stdio: ["ignore", "pipe", "inherit"] });
if (cases.status !== 0) process.exit(1);
const answers = spawnSync(python, ["scripts/fixtures/torch_fixtures.py"], {
  ...options,
  input: cases.stdout,
  stdio: ["pipe", "pipe", "inherit"],
});
if (answers.error) {
  console.error(
    `fixtures: ${python} does not start (${answers.error.message}). Set CHAINRULE_PYTHON to one with torch.`,
  );
  process.exit(2);
}
if (answers.status === 0 || process.argv.includes("--partial")) {
  mkdirSync("engine/conformance/fixtures", { recursive: true });
  writeFileSync(`${target}.tmp`, answers.stdout);
  renameSync(`${target}.tmp`, target);
  console.log(`fixtures: ${target}, ${(answers.stdout.length / 1024).toFixed(0)} KiB`);
}
process.exit(answers.status ?? 1);
