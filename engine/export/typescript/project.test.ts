/** @file Exported projects: every example compiles under strict, runs outside the repository, and trains as the engine does. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmBackend } from "../../backends/wasm";
import type { ChainruleDocument, GraphNode } from "../../document/document";
import { parseDocument } from "../../document/parse";
import { buildProgram } from "../../program/build-program";
import { Trainer } from "../../train/trainer";
import { exportTypescript, exportTypescriptProgram, type EngineBundle } from ".";

const full = process.env["CHAINRULE_FULL"] === "1";
const examples = "assets/examples";
const names = readdirSync(examples).flatMap((file) =>
  file.endsWith(".chainrule") ? [path.basename(file, ".chainrule")] : [],
);
const work = mkdtempSync(path.join(tmpdir(), "chainrule-export-"));
let engine: EngineBundle;

function example(name: string): ChainruleDocument {
  const parsed = parseDocument(readFileSync(path.join(examples, `${name}.chainrule`)), { file: name });
  if (!parsed.ok) throw new Error(`${name} does not parse`);
  return parsed.document;
}

const training = names.filter((name) => example(name).training.steps > 1);

function printed(error: unknown): string {
  const part = (key: string): string =>
    typeof error === "object" && error !== null && key in error ? String(Reflect.get(error, key)) : "";
  return part("stdout") + part("stderr") || String(error);
}

function node(folder: string, args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, args, { cwd: folder, stdio: "pipe" }).toString();
  } catch (error) {
    throw new Error(printed(error), { cause: error });
  }
}

/** Writes a project and compiles it with the repository's tsc under its own strict tsconfig. */
function compiled(name: string, document: ChainruleDocument): string {
  const folder = path.join(work, name);
  for (const file of exportTypescript(document, engine).files) {
    const target = path.join(folder, file.path);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, file.text);
  }
  node(folder, [path.resolve("node_modules/typescript/bin/tsc")]);
  return folder;
}

interface RunLine {
  readonly event: string;
  readonly step?: number;
  readonly loss?: number;
  readonly summary?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

function runLines(text: string): RunLine[] {
  const lines = text.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as RunLine);
}

/** Losses, names of parameters and summary as the engine's own trainer has them. */
async function trained(document: ChainruleDocument, seed: number, steps: number) {
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

function expectSame(lines: readonly RunLine[], expected: Awaited<ReturnType<typeof trained>>, tolerance: number): void {
  const logged = lines.filter((line) => line.event === "step");
  expect(logged.length).toBeGreaterThan(0);
  for (const { step = -1, loss = NaN } of logged) {
    const wanted = expected.losses[step] ?? NaN;
    expect(Math.abs(loss / wanted - 1), `step ${step}: ${loss}, expected ${wanted}`).toBeLessThan(tolerance);
  }
  const done = lines.find((line) => line.event === "done");
  expect(Object.keys(done?.parameters ?? {}).sort()).toEqual(expected.names);
}

beforeAll(() => {
  node(".", ["scripts/engine-bundle.mjs", path.join(work, "engine")]);
  const read = (file: string): string => readFileSync(path.join(work, "engine", file), "utf8");
  engine = { js: read("index.js"), dts: read("index.d.ts") };
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.each(names)("the project of %s", (name) => {
  it("compiles under strict", () => {
    expect(() => compiled(name, example(name))).not.toThrow();
  });

  it.runIf(training.includes(name))("trains as the engine does, for another seed too", async () => {
    const document = example(name);
    const steps = full ? document.training.steps : 8;
    const every = full ? document.training.logEvery : 2;
    const args = ["build/main.js", "--json", "--seed", "7", "--steps", String(steps), "--log-every", String(every)];
    const lines = runLines(node(compiled(`${name}-run`, document), args));
    const expected = await trained(document, 7, steps);
    expectSame(lines, expected, full ? 5e-2 : 1e-5);
    if (!full && expected.summary !== null) expect(lines.at(-1)?.summary).toBe(expected.summary);
  });

  it.runIf(name === "poly-module" || (full && training.includes(name)))(
    "runs with only npm install && npm start",
    () => {
      const folder = path.join(work, `${name}-npm`);
      for (const file of exportTypescript(example(name), engine).files) {
        mkdirSync(path.dirname(path.join(folder, file.path)), { recursive: true });
        writeFileSync(path.join(folder, file.path), file.text);
      }
      const shell = "npm install --no-audit --no-fund >&2 && npm start -- --seed 7 --steps 4 --log-every 2 --json";
      const text = execFileSync("sh", ["-c", shell], { cwd: folder, stdio: "pipe" }).toString();
      expect(runLines(text).map((line) => line.event)).toEqual(["start", "step", "step", "done"]);
    },
  );

  it("is found line by line from its nodes", () => {
    const document = example(name);
    const { text, lines } = exportTypescriptProgram(document);
    const count = text.split("\n").length;
    for (const { start, end } of lines) expect(start >= 1 && start <= end && end <= count).toBe(true);
    const found = new Set(lines.map((range) => range.node));
    for (const id of Object.keys(document.graphs[document.root]?.nodes ?? {})) {
      expect(found, id).toContain(`${document.root}/${id}`);
    }
  });
});

/** A copy of the document with every graph's nodes, members and texts renamed. */
function renamed(
  document: ChainruleDocument,
  rename: (name: string, i: number) => string,
  text: string,
): ChainruleDocument {
  const graphs = Object.fromEntries(
    Object.entries(document.graphs).map(([id, graph]) => {
      const nodes = Object.entries(graph.nodes).map(([key, value], i): [string, GraphNode] => [
        key,
        { ...value, name: rename(value.name, i), label: text },
      ]);
      const summary = graph.kind === "module" ? { summary: text } : {};
      return [id, { ...graph, ...summary, name: rename(graph.name, 0), nodes: Object.fromEntries(nodes) }];
    }),
  );
  const functions = Object.fromEntries(
    Object.entries(document.functions).map(([id, value]) => [id, { ...value, summary: text }]),
  );
  return { ...document, graphs, functions, name: text };
}

describe("hostile names and texts", () => {
  const words = [
    "class",
    "await",
    "new",
    "Tensor",
    "run",
    "step",
    "p",
    "ctx",
    "nn",
    "randn",
    "startRun",
    "this",
    "arguments",
  ];
  const injected =
    '*/ process.exit(9); /* </script><img onerror=1> `${process.exit(9)}` "; process.exit(9); //\u2028\n# x';

  it.each(["poly-module", "legendre-function", "mlp-dynamic", "mlp-tensors"])(
    "%s compiles, runs and injects nothing",
    (name) => {
      const document = renamed(example(name), (_, i) => words[i % words.length] ?? "x", injected);
      const folder = compiled(`${name}-hostile`, document);
      const lines = runLines(node(folder, ["build/main.js", "--json", "--steps", "2", "--log-every", "1"]));
      expect(lines.map((line) => line.event)).toEqual(["start", "step", "step", "done"]);
      expect(JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"))).toMatchObject({ private: true });
      expect(readFileSync(path.join(folder, "README.md"), "utf8").split("\n")[0]).not.toContain("<");
    },
  );

  it("cuts long names and keeps them apart", () => {
    const document = renamed(example("mlp-module"), (_, i) => `${"long_name_".repeat(300)}${i}`, "a long story");
    const folder = compiled("long", document);
    const text = readFileSync(path.join(folder, "src/main.ts"), "utf8");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(400);
  });
});

describe("the order of a step", () => {
  const place = { x: 0, y: 0 };
  const at = (from: string, to: string, port: string) => ({ from: [from, "out"] as const, to: [to, port] as const });

  it("reads a parameter after its update as it was before, and leaves what is made once alone", async () => {
    const base = example("poly-manual");
    const graph = base.graphs[base.root];
    if (!graph) throw new Error("no root");
    const document: ChainruleDocument = {
      ...base,
      graphs: {
        main: {
          ...graph,
          members: {
            w: { name: "w", type: "parameter", attrs: { shape: [], requiresGrad: false }, init: { kind: "ones" } },
          },
          draws: ["w"],
          effects: ["update", "twice"],
          nodes: {
            w: { kind: "call", member: "w", name: "w", position: place },
            grad: { kind: "op", op: "mul", attrs: { other: 1 }, name: "grad", position: place },
            update: {
              kind: "effect",
              effect: { kind: "update", targets: ["w"], formula: "p - lr * grad", lr: 0.5 },
              name: "update",
              position: place,
            },
            once: { kind: "op", op: "ones", attrs: { size: [] }, name: "once", position: place },
            twice: {
              kind: "effect",
              effect: { kind: "inPlace", op: "mul", attrs: { other: 2 } },
              name: "twice",
              position: place,
            },
            loss: { kind: "op", op: "add", attrs: {}, name: "loss", position: place },
          },
          edges: [
            at("w", "grad", "input"),
            at("grad", "update", "grad"),
            at("once", "twice", "input"),
            at("twice", "loss", "input"),
            at("w", "loss", "other"),
          ],
        },
      },
      root: "main",
      training: { ...base.training, loss: ["loss", "out"] },
      view: {},
    };
    const folder = compiled("order", document);
    const lines = runLines(node(folder, ["build/main.js", "--json", "--steps", "3", "--log-every", "1"]));
    const losses = lines.filter((line) => line.event === "step").map((line) => line.loss);
    expect(losses).toEqual([3, 2.5, 2.25]);
    expect(losses).toEqual((await trained(document, 0, 3)).losses);
  });
});
