/** @file `npm run build`: bundles the command line, what exported projects carry, and the window (not with --cli). */
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { build } from "esbuild";
import { removeCodeCache, writeCodeCache } from "./code-cache.mjs";
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
/** zod's messages in every language; English is taken from where it lies. */
const onlyEnglish = {
  name: "only-english",
  setup(build) {
    build.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({ contents: "export {};" }));
  },
};

if (existsSync("cli/main.ts")) {
  removeCodeCache();
  // One CommonJS file, because V8's code cache holds one script; what a command imports still runs only when it does.
  await build({
    ...shared,
    format: "cjs",
    entryPoints: ["cli/main.ts"],
    outfile: "cli/dist/chainrule.cjs",
    define: { "import.meta.url": "moduleUrl", "import.meta.dirname": "__dirname" },
    banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    plugins: [onlyEnglish],
    // A script from the cache cannot import; a package is required instead.
    supported: { "dynamic-import": false },
    minify: true,
    keepNames: true,
  });
}

// What `chainrule export --to typescript` puts into a project.
await writeEngineBundle("cli/dist/engine");
if (existsSync("cli/main.ts")) writeCodeCache();

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
