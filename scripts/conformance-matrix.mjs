/**
 * @file `node scripts/conformance-matrix.mjs [--kind run,grad] [--row E03] [--seed 0,7] [--device wasm]`: the built command
 * line on every row of the gallery, seed and device against PyTorch's numbers, at full length. All of it takes over an hour.
 */
import { spawnSync } from "node:child_process";
import { bundleScript } from "./bundle-script.mjs";

const script = await bundleScript("scripts/conformance/print-matrix.ts");
process.exitCode = spawnSync(process.execPath, [script, ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1;
