/** @file The command line's code cache: one run of the built command line, after which V8's compiled code is kept. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

/**
 * Writes cli/dist/chainrule.cache: what V8 compiled in a run that touches most of a first step. V8 refuses the cache of
 * another version of itself, and tells sources apart by their length only, so an older one goes before anything is built.
 */
export function writeCodeCache() {
  const args = ["cli/bin/chainrule.mjs", "run", "assets/examples/mlp-dynamic.chainrule", "--steps", "4"];
  const { status, stderr } = spawnSync(process.execPath, [...args, "--device", "wasm", "--json"], {
    env: { ...process.env, CHAINRULE_CODE_CACHE: "write" },
    encoding: "utf8",
  });
  if (status === 0) return;
  removeCodeCache();
  console.warn(`code cache: the command line ended with ${status}, so it starts without one. ${stderr.trim()}`);
}

/** Removes the cache of an earlier build. */
export function removeCodeCache() {
  rmSync("cli/dist/chainrule.cache", { force: true });
}
