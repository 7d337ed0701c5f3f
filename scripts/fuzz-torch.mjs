/** @file `npm run fuzz -- --seed 1000 --count 500`: programs that no fixture holds, asked of PyTorch and compared at once. */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { bundleScript } from "./bundle-script.mjs";
import { askTorch, python } from "./torch.mjs";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1000" }, count: { type: "string", default: "500" } },
});
const script = await bundleScript("scripts/fixtures/fuzz.ts");
const options = { encoding: "utf8", maxBuffer: 1 << 30 };
const printed = spawnSync(process.execPath, [script, "print", values.seed, values.count], {
  ...options,
  stdio: ["ignore", "pipe", "inherit"],
});
if (printed.status !== 0) process.exit(1);
let answers;
try {
  answers = askTorch(["scripts/fixtures/torch_fixtures.py"], { input: printed.stdout, stdio: "pipe" });
} catch (error) {
  console.error(`fuzz: ${error.message}`);
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
