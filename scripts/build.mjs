/** @file `npm run build`: bundles what Node runs. The app's own build comes with the app. */
import { existsSync, mkdirSync } from "node:fs";
import { build } from "esbuild";
import { writeEngineBundle } from "./engine-bundle.mjs";

const shared = {
  bundle: true,
  format: "esm",
  target: "node20",
  platform: "node",
  external: ["webgpu"],
  legalComments: "none",
  logLevel: "warning",
};

mkdirSync(".cache", { recursive: true });
if (existsSync("cli/main.ts")) {
  await build({
    ...shared,
    entryPoints: { chainrule: "cli/main.ts" },
    outdir: "cli/dist",
    outExtension: { ".js": ".mjs" },
    // commander is CommonJS and asks for Node's own modules by require.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    minify: true,
    keepNames: true,
  });
}

// What `chainrule export --to typescript` puts into a project.
await writeEngineBundle("cli/dist/engine");
