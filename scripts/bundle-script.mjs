/** @file TypeScript of the repository as a script for Node: what a tool of scripts/ runs in a process of its own. */
import path from "node:path";
import { build } from "esbuild";

/** Bundles a script, like "scripts/fixtures/fuzz.ts"; resolves with the path of what Node runs. */
export async function bundleScript(entry) {
  const outfile = `.cache/${path.basename(entry, ".ts")}.mjs`;
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
  return outfile;
}
