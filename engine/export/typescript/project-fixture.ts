/** @file What tests of exported projects share: writing, compiling and running one, and the engine's own run beside it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { wasmBackend } from "../../backends/wasm";
import type { ChainruleDocument } from "../../document/document";
import { parseDocument } from "../../document/parse";
import { buildProgram } from "../../program/build-program";
import { Trainer } from "../../train/trainer";
import { exportTypescript, type EngineBundle } from ".";

/** Where a test file's projects are written; call `forget` at its end. */
export const work = mkdtempSync(path.join(tmpdir(), "chainrule-export-"));
let bundle: EngineBundle | null = null;

/** The engine's files, made once for a test file. */
export function engineBundle(): EngineBundle {
  if (bundle) return bundle;
  node(".", ["scripts/engine-bundle.mjs", path.join(work, "engine")]);
  const read = (file: string): string => readFileSync(path.join(work, "engine", file), "utf8");
  bundle = { js: read("index.js"), dts: read("index.d.ts") };
  return bundle;
}

export function forget(): void {
  rmSync(work, { recursive: true, force: true });
}

/** A document of assets/examples. */
export function example(name: string): ChainruleDocument {
  const parsed = parseDocument(readFileSync(`assets/examples/${name}.chainrule`), { file: name });
  if (!parsed.ok) throw new Error(`${name} does not parse`);
  return parsed.document;
}

function printed(error: unknown): string {
  const part = (key: string): string =>
    typeof error === "object" && error !== null && key in error ? String(Reflect.get(error, key)) : "";
  return part("stdout") + part("stderr") || String(error);
}

/** Runs Node in a folder; gives what it prints. */
export function node(folder: string, args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, args, { cwd: folder, stdio: "pipe" }).toString();
  } catch (error) {
    // Node prints the line that threw, and the engine is a single one.
    return expect.fail(printed(error).slice(-2000));
  }
}

/** Writes a project to a folder of its own. */
export function written(name: string, document: ChainruleDocument): string {
  const folder = path.join(work, name);
  for (const file of exportTypescript(document, engineBundle()).files) {
    const target = path.join(folder, file.path);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, file.text);
  }
  return folder;
}

/** Writes a project and compiles it with the repository's tsc under its own strict tsconfig. */
export function compiled(name: string, document: ChainruleDocument): string {
  const folder = written(name, document);
  node(folder, [path.resolve("node_modules/typescript/bin/tsc")]);
  return folder;
}

/** A line that a project prints with --json. */
export interface RunLine {
  readonly event: string;
  readonly step?: number;
  readonly loss?: number;
  readonly summary?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export function runLines(text: string): RunLine[] {
  const lines = text.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as RunLine);
}

/** Losses, names of parameters and summary as the engine's own trainer has them. */
export async function trained(document: ChainruleDocument, seed: number, steps: number) {
  const built = buildProgram(document, { float: "float32", resources: new Map() });
  if (!built.ok) throw new Error(`the document does not build: ${JSON.stringify(built.diagnostics)}`);
  const device = await wasmBackend.open({ memoryBudgetBytes: 2 ** 30 });
  const clock = { now: () => performance.now(), breathe: () => Promise.resolve() };
  const trainer = await Trainer.create({ device, clock, program: built.program, seed });
  const losses: number[] = [];
  await trainer.run({ until: steps, stopOnNaN: true, onSteps: (_, batch) => void losses.push(...batch) });
  const parameters = await trainer.parameters();
  const summary = built.program.summary(parameters);
  device.close();
  return { losses, names: [...parameters.keys()].sort(), summary };
}

/** The exported project runs on wasm for some steps, and gives the engine's own losses and names of parameters. */
export async function expectSameRun(name: string, document: ChainruleDocument, steps = 6): Promise<void> {
  const seed = 5;
  const switches = ["--seed", seed, "--steps", steps, "--log-every", 1, "--device", "wasm"].map(String);
  const lines = runLines(node(compiled(name, document), ["build/main.js", "--json", ...switches]));
  const expected = await trained(document, seed, steps);
  expect(new Set(expected.losses).size, "losses that differ").toBeGreaterThan(1);
  expect(lines.flatMap(({ event, loss }) => (event === "step" ? [loss] : []))).toEqual(expected.losses);
  expect(Object.keys(lines.at(-1)?.parameters ?? {}).sort()).toEqual(expected.names);
}
