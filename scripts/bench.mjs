/** @file `npm run bench`: builds the command line and runs its benchmark; what follows `--` goes to it. */
import { spawnSync } from "node:child_process";
import process from "node:process";

const run = (args) => spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
process.exitCode = run(["scripts/build.mjs"]) || run(["cli/bin/chainrule.mjs", "bench", ...process.argv.slice(2)]);
