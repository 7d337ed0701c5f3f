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

// The desktop shell. Node 16 and Chrome 108 are what its tests may have to run on.
if (existsSync("electron/main/main.ts") && !process.argv.includes("--cli")) {
  await build({
    bundle: true,
    format: "cjs",
    platform: "node",
    target: ["node16", "chrome108"],
    external: ["electron"],
    entryPoints: { main: "electron/main/main.ts", preload: "electron/preload/preload.ts" },
    outdir: "dist/electron",
    outExtension: { ".js": ".cjs" },
    legalComments: "none",
    logLevel: "warning",
  });
}
