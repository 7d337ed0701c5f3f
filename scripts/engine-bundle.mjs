/** @file The engine as exported TypeScript projects carry it: one index.js and its index.d.ts, made from the registries. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

/** What the program of an exported project is handed by its host: the command line and the clock. */
const hostText = `
const host = {
  args: globalThis.process?.argv.slice(2) ?? [],
  print: (line) => console.log(line),
  exit: (code) => {
    if (globalThis.process) return globalThis.process.exit(code);
    throw new Error("the run ended with code " + code);
  },
  now: () => performance.now(),
};
export const startRun = (defaults) => start(defaults, host);
`;

async function bundle(contents, options = {}) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    legalComments: "none",
    logLevel: "warning",
    write: false,
    ...options,
  });
  return outputFiles[0].text;
}

/** Makes the bundle: { js, dts }. */
export async function makeEngineBundle() {
  const printer = await bundle('export { declarationsText, functionNames } from "./engine/api/declarations";');
  const { declarationsText, functionNames } = await import(
    `data:text/javascript;base64,${Buffer.from(printer).toString("base64")}`
  );
  const entry = `
    import { startRun as start, torch } from "./engine/api";
    export { AutogradFunction as Function, Context, Run, Tensor, enableGrad, fromArray, frozen, manualSeed, nn, noGrad,
      optim, randomInt, summarize, synchronize, tensor, uniform, useDevice } from "./engine/api";
    export const { ${functionNames().join(", ")} } = torch;
    ${hostText}`;
  const js = await bundle(entry, { minify: true, keepNames: true });
  return { js: `/* The engine of Chainrule. MIT licence. */\n${js}`, dts: declarationsText() };
}

/** Writes index.js and index.d.ts into a folder. */
export async function writeEngineBundle(folder) {
  const { js, dts } = await makeEngineBundle();
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "index.js"), js);
  writeFileSync(path.join(folder, "index.d.ts"), dts);
}

if (import.meta.url === `file://${process.argv[1]}`) await writeEngineBundle(process.argv[2] ?? "cli/dist/engine");
