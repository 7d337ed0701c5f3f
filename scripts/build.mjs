/** @file `npm run build`: bundles the command line, what exported projects carry, and the window (not with --cli). */
import { cpSync, existsSync, mkdirSync } from "node:fs";
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

// The window: a static folder that the desktop shell and `chainrule serve` both hand out.
if (existsSync("renderer/index.html") && !process.argv.includes("--cli")) {
  const { build: buildWindow } = await import("vite");
  await buildWindow({ configFile: "renderer/vite.config.ts", logLevel: "warn" });
  cpSync("cli/dist/engine", "dist/renderer/engine", { recursive: true });
}
