/** @file Exported projects: every example compiles under strict, runs outside the repository, and trains as the engine does. */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChainruleDocument, GraphNode } from "../../document/document";
import { agreement, trainingFixture, trainingRows, type TrainingRow } from "../../conformance/torch-examples";
import { exportTypescriptProgram } from ".";
import { compiled, engineBundle, example, forget, node, runLines, trained, work, written } from "./project-fixture";

const full = process.env["CHAINRULE_FULL"] === "1";
const examples = "assets/examples";
const names = readdirSync(examples).flatMap((file) =>
  file.endsWith(".chainrule") ? [path.basename(file, ".chainrule")] : [],
);
const training = names.filter((name) => example(name).training.steps > 1);

/** The gallery's rows by document. */
const rowOf = new Map(
  (Object.keys(trainingRows) as TrainingRow[]).map((row) => [trainingRows[row].file as string, row]),
);

beforeAll(() => void engineBundle());
afterAll(forget);

describe.each(names)("the project of %s", (name) => {
  it("compiles under strict", () => {
    expect(() => compiled(name, example(name))).not.toThrow();
  });

  it.runIf(training.includes(name))("trains as the engine does, for another seed too", async () => {
    const args = ["build/main.js", "--json", "--seed", "7", "--steps", "8", "--log-every", "2"];
    const lines = runLines(node(compiled(`${name}-run`, example(name)), args));
    const expected = await trained(example(name), 7, 8);
    const logged = lines.filter((line) => line.event === "step");
    expect(logged.map((line) => line.step)).toEqual([1, 3, 5, 7]);
    for (const { step = -1, loss = NaN } of logged) {
      const wanted = expected.losses[step] ?? NaN;
      expect(Math.abs(loss / wanted - 1), `step ${step}: ${loss}, expected ${wanted}`).toBeLessThan(1e-5);
    }
    const done = lines.at(-1);
    expect(Object.keys(done?.parameters ?? {}).sort()).toEqual(expected.names);
    if (expected.summary !== null) expect(done?.summary).toBe(expected.summary);
  });

  const row = rowOf.get(name);
  it.runIf(name === "poly-module" || (full && row !== undefined))(
    "gives PyTorch's losses with only npm install && npm start",
    () => {
      if (row === undefined) throw new Error("Invariant: the document is a row of the gallery");
      const folder = written(`${name}-npm`, example(name));
      const shell = (command: string) => execFileSync("sh", ["-c", command], { cwd: folder, stdio: "pipe" }).toString();
      shell("npm install --no-audit --no-fund");
      shell("npx tsc --noEmit --strict");
      for (const seed of full ? [0, 7] : [7]) {
        const lines = runLines(shell(`npm start -- --seed ${seed} --json`));
        const losses = new Map(lines.map(({ step = -1, loss = NaN }) => [step, loss]));
        const fixture = trainingFixture(row, seed);
        for (const step of Object.keys(fixture.losses)) expect(losses.has(Number(step)), `step ${step}`).toBe(true);
        expect(agreement((step) => losses.get(step), fixture).stray).toEqual([]);
      }
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

it("the engine that a project carries has everything its declarations promise", async () => {
  const { dts } = engineBundle();
  const promised = [...dts.matchAll(/^export declare (?:function|class|namespace) (\w+)/gm)].map(
    (match) => match[1] ?? "",
  );
  const module = (await import(path.join(work, "engine", "index.js"))) as Readonly<Record<string, unknown>>;
  expect(promised.length).toBeGreaterThan(50);
  expect(promised.filter((name) => module[name] === undefined)).toEqual([]);
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
