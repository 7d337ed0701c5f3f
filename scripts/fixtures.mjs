/** @file `npm run fixtures`: asks PyTorch for every declared sample and writes engine/conformance/fixtures/torch.json. */
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { bundleScript } from "./bundle-script.mjs";
import { askTorch } from "./torch.mjs";

const target = "engine/conformance/fixtures/torch.json";

const script = await bundleScript("scripts/fixtures/print-cases.ts");
const cases = spawnSync(process.execPath, [script], {
  encoding: "utf8",
  maxBuffer: 1 << 28,
  stdio: ["ignore", "pipe", "inherit"],
});
if (cases.status !== 0) process.exit(1);
let answers;
try {
  answers = askTorch(["scripts/fixtures/torch_fixtures.py"], { input: cases.stdout });
} catch (error) {
  console.error(`fixtures: ${error.message}`);
  process.exit(2);
}
if (answers.status === 0 || process.argv.includes("--partial")) {
  mkdirSync("engine/conformance/fixtures", { recursive: true });
  writeFileSync(`${target}.tmp`, answers.stdout);
  renameSync(`${target}.tmp`, target);
  console.log(`fixtures: ${target}, ${(answers.stdout.length / 1024).toFixed(0)} KiB`);
}
process.exit(answers.status ?? 1);
