/**
 * @file `npm run fixtures`: asks PyTorch for every declared sample, and what tensors hold that share storage; writes
 * engine/conformance/fixtures/torch.json and views.json.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { bundleScript } from "./bundle-script.mjs";
import { askTorch } from "./torch.mjs";

const folder = "engine/conformance/fixtures";

const script = await bundleScript("scripts/fixtures/print-cases.ts");
const cases = spawnSync(process.execPath, [script], {
  encoding: "utf8",
  maxBuffer: 1 << 28,
  stdio: ["ignore", "pipe", "inherit"],
});
if (cases.status !== 0) process.exit(1);
let answers;
let views;
try {
  answers = askTorch(["scripts/fixtures/torch_fixtures.py"], { input: cases.stdout });
  views = askTorch(["scripts/fixtures/torch_views.py"], {});
} catch (error) {
  console.error(`fixtures: ${error.message}`);
  process.exit(2);
}
function write(file, text) {
  const target = `${folder}/${file}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${target}.tmp`, text);
  renameSync(`${target}.tmp`, target);
  console.log(`fixtures: ${target}, ${(text.length / 1024).toFixed(0)} KiB`);
}
if (answers.status === 0 || process.argv.includes("--partial")) write("torch.json", answers.stdout);
if (views.status === 0) write("views.json", views.stdout);
process.exit(answers.status || (views.status ?? 1));
