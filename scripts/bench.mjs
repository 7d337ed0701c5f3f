/**
 * @file `npm run bench`: builds the app and runs the command line's benchmark, then live retrain in Chromium; what follows `--`
 * goes to the former, and `--only` may name `live-retrain` too.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { reportLiveRetrain } from "./live-retrain.mjs";

const run = (args) => spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
const args = process.argv.slice(2);
const at = args.indexOf("--only");
const only = at < 0 ? null : (args[at + 1] ?? "").split(",").map((name) => name.trim());
const others = only?.filter((name) => name !== "live-retrain");
const wantsLiveRetrain = only === null || only.length > others.length;

let failed = run(["scripts/build.mjs"]);
if (!failed && others?.length !== 0) {
  const passed = others === undefined ? args : args.with(at + 1, others.join(","));
  failed = run(["cli/bin/chainrule.mjs", "bench", ...passed]);
}
if (!failed && wantsLiveRetrain) {
  try {
    await reportLiveRetrain(args.includes("--json"));
  } catch (error) {
    console.error(error.message);
    failed = 1;
  }
}
process.exitCode = failed;
