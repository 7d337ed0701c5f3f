/** @file Documents: round trips, migration, damage, limits. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { printDiagnostic } from "../ir/diagnostic";
import { createDocument, createGraph, createIds } from "./create";
import type { ChainruleDocument, GraphNode, WrittenAttributes } from "./document";
import { maxFileBytes, maxFileDiagnostics } from "./limits";
import { isId, isIdentifier, toIdentifier, uniqueName } from "./names";
import { parseDocument, type ParseResult } from "./parse";
import { printDocument } from "./print";

const examples = new URL("../../assets/examples/", import.meta.url);
const files = readdirSync(examples).filter((file) => file.endsWith(".chainrule"));
const read = (file: string) => readFileSync(new URL(file, examples), "utf8");

function opened(result: ParseResult) {
  if (!result.ok) throw new Error(result.diagnostics.map(printDiagnostic).join("\n"));
  return result;
}
const full = (attrs: WrittenAttributes): GraphNode => ({
  kind: "op",
  name: "n",
  op: "full",
  attrs,
  position: { x: -0, y: 1e-7 },
});
const backwards = <T>(items: readonly T[]) => items.reduceRight<T[]>((list, item) => [...list, item], []);
type Json = ReturnType<typeof JSON.parse>;
const messages = (result: ParseResult) => result.diagnostics.map(printDiagnostic);
/** E03 with one change to its raw JSON, read again. */
function damaged(change: (raw: Json) => void): ParseResult {
  const raw: Record<string, unknown> = JSON.parse(read("poly-autograd.chainrule"));
  change(raw);
  return parseDocument(JSON.stringify(raw), { file: "lenet.chainrule" });
}

describe("round trips", () => {
  it.each(files)("%s prints as it was read, with nothing to report", (file) => {
    const text = read(file);
    const result = opened(parseDocument(text));
    expect(messages(result)).toEqual([]);
    expect(result.readOnly).toBe(false);
    expect(printDocument(result.document)).toBe(text);
  });

  it("numbers come back as they were: −0, tiny, huge; NaN and infinities as strings", () => {
    const document = createDocument("numbers", {
      graphs: {
        main: createGraph("model", "main", {
          nodes: { n: full({ value: [-0, 5e-324, 1.7976931348623157e308, NaN, -Infinity] }) },
        }),
      },
    });
    const printed = printDocument(document);
    const again = opened(parseDocument(printed)).document;
    const back = again.graphs["main"]?.nodes["n"];
    expect(back?.kind === "op" && back.attrs["value"]).toEqual([
      -0,
      5e-324,
      1.7976931348623157e308,
      "NaN",
      "-Infinity",
    ]);
    expect(Object.is(back?.position.x, -0)).toBe(true);
    expect(printDocument(again)).toBe(printed);
  });

  it("does not depend on the history of a document: nodes print by id, edges by input", () => {
    const { document } = opened(parseDocument(read("poly-autograd.chainrule")));
    const main = document.graphs["main"] ?? createGraph("model", "main");
    const shuffled: ChainruleDocument = {
      ...document,
      graphs: {
        main: {
          ...main,
          nodes: Object.fromEntries(backwards(Object.entries(main.nodes))),
          edges: backwards(main.edges),
        },
      },
    };
    expect(printDocument(shuffled)).toBe(printDocument(document));
  });

  it("changes one line when one node changes", () => {
    const { document } = opened(parseDocument(read("poly-autograd.chainrule")));
    const raw = JSON.parse(printDocument(document));
    raw.graphs.main.nodes.x2.attrs.exponent = 4;
    const before = printDocument(document).split("\n");
    const after = printDocument(opened(parseDocument(JSON.stringify(raw))).document).split("\n");
    expect(after.filter((line, i) => line !== before[i])).toHaveLength(1);
  });
});

describe("versions", () => {
  it("brings version 0 to version 1: members out of nodes, edges with two ends, draws in node order", () => {
    const text = readFileSync(new URL("./fixtures/version-0.chainrule", import.meta.url), "utf8");
    const result = opened(parseDocument(text));
    expect(messages(result)).toEqual([]);
    expect(printDocument(result.document)).toBe(
      readFileSync(new URL("./fixtures/version-0-as-1.chainrule", import.meta.url), "utf8"),
    );
  });

  it("opens a newer version read-only and keeps its text", () => {
    const result = opened(damaged((raw) => (raw["version"] = 7)));
    expect(result.readOnly).toBe(true);
    expect(JSON.parse(result.source).version).toBe(7);
    expect(messages(result)).toEqual([
      "lenet.chainrule › version: the file has version 7, expected at most 1. It is open read-only; update Chainrule to change it.",
    ]);
  });

  it("keeps a node of an unknown kind, and its JSON, read-only", () => {
    const hologram = { name: "h", kind: "hologram", depth: { deep: [1, { z: 1, a: 2 }] }, position: { x: 1, y: 2 } };
    const result = opened(damaged((raw) => (raw["graphs"].main.nodes.h = hologram)));
    expect(result.readOnly).toBe(true);
    expect(result.document.graphs["main"]?.nodes["h"]).toEqual({
      kind: "unknown",
      name: "h",
      position: { x: 1, y: 2 },
      raw: hologram,
    });
    const printed = printDocument(result.document);
    expect(printed).toContain('"depth": { "deep": [1, { "z": 1, "a": 2 }] }');
    expect(printDocument(opened(parseDocument(printed)).document)).toBe(printed);
  });
});

describe("damage", () => {
  it.each<[string, (raw: Json) => void, string]>([
    [
      "a bad value",
      (raw) => (raw["graphs"].main.nodes.x.position.x = "1"),
      'lenet.chainrule › graphs.main.nodes.x.position.x: expected a finite number, got "1".',
    ],
    [
      "a bad seed",
      (raw) => (raw["seed"] = -1),
      "lenet.chainrule › seed: expected an integer from 0 to 9007199254740991, got -1.",
    ],
    [
      "an edge in the air",
      (raw) => (raw["graphs"].main.edges[0].from[0] = "gone"),
      'lenet.chainrule › graphs.main.edges[0]: found "gone", expected the id of an existing node. The entry is left out.',
    ],
    [
      "two edges into one input",
      (raw) => raw["graphs"].main.edges.push({ from: ["x", "out"], to: ["y", "input"] }),
      "lenet.chainrule › graphs.main.edges[20]: the input y.input has an edge already, expected one edge for each input. This one is left out.",
    ],
    [
      "a draw of nothing",
      (raw) => raw["graphs"].main.draws.push("nobody"),
      'lenet.chainrule › graphs.main.draws[4]: found "nobody", expected the id of an existing member or node. The entry is left out.',
    ],
    [
      "an effect twice",
      (raw) => raw["graphs"].main.effects.push("update"),
      'lenet.chainrule › graphs.main.effects[2]: "update" stands here a second time, expected once. It is left out.',
    ],
    [
      "an effect that is not listed",
      (raw) => raw["graphs"].main.effects.pop(),
      "lenet.chainrule › graphs.main.nodes.update: the effect is not listed in `effects`, expected it there. It is put last.",
    ],
    [
      "a name twice",
      (raw) => (raw["graphs"].main.nodes.y.name = "x"),
      "lenet.chainrule › graphs.main.nodes.y.name: the name x is taken, expected one that is free. It is now x_2.",
    ],
    [
      "a name that is no identifier",
      (raw) => (raw["graphs"].main.nodes.y.name = "class"),
      'lenet.chainrule › graphs.main.nodes.y.name: expected a name of letters, digits and _ that is no reserved word, got "class".',
    ],
    [
      "a lost loss",
      (raw) => (raw["training"].loss = ["gone", "out"]),
      'lenet.chainrule › training.loss: found "gone", expected the id of an existing node. The entry is left out.',
    ],
    [
      "a field it does not know",
      (raw) => (raw["graphs"].main.nodes.y.colour = "red"),
      "lenet.chainrule › graphs.main.nodes.y.colour: this version does not know the field, expected none here. It is left out when the document is saved.",
    ],
    [
      "no root",
      (raw) => (raw["root"] = "attic"),
      'lenet.chainrule › root: found "attic", expected the id of a graph. "main" is taken as the root.',
    ],
    [
      "a node without a kind",
      (raw) => delete raw["graphs"].main.nodes.y.kind,
      "lenet.chainrule › graphs.main.nodes.y.kind: expected a kind of node, got nothing.",
    ],
    [
      "an effect of no known kind",
      (raw) => (raw["graphs"].main.nodes.update.effect.kind = "teleport"),
      'lenet.chainrule › graphs.main.nodes.update.effect.kind: expected one of backward, update, optimizerStep, zeroGrad, inPlace, got "teleport".',
    ],
  ])("opens with %s and says so", (_, change, message) => {
    const result = opened(damaged(change));
    expect(messages(result)).toContain(message);
    const printed = printDocument(result.document);
    expect(printDocument(opened(parseDocument(printed)).document)).toBe(printed);
  });

  it("keeps the rest of a graph when one node is broken", () => {
    const result = opened(damaged((raw) => (raw["graphs"].main.nodes.squared = 17)));
    expect(Object.keys(result.document.graphs["main"]?.nodes ?? {})).toHaveLength(19);
    expect(result.document.graphs["main"]?.nodes["squared"]?.kind).toBe("unknown");
  });

  it("counts problems beyond the first ones instead of listing them", () => {
    const result = opened(
      damaged((raw) => (raw["graphs"].main.edges = Array.from({ length: 1000 }, () => "x.out->y.input"))),
    );
    expect(result.diagnostics).toHaveLength(maxFileDiagnostics + 1);
    expect(messages(result).at(-1)).toContain("there are 800 more problems");
  });

  it("takes no key that objects inherit", () => {
    const text = read("poly-autograd.chainrule").replace(
      '"nodes": {',
      '"nodes": { "__proto__": { "kind": "reroute" },',
    );
    const result = opened(parseDocument(text));
    expect(result.diagnostics).toHaveLength(1);
    const attrs = read("poly-autograd.chainrule").replace('"attrs": { "exponent": 2 }', '"attrs": { "__proto__": 2 }');
    expect(opened(parseDocument(attrs)).diagnostics).toHaveLength(1);
    expect(Object.hasOwn(Object.prototype, "kind")).toBe(false);
  });
});

describe("refusals", () => {
  it.each([
    ["not JSON", "graph { a -> b }", "expected a Chainrule document"],
    ["bytes of a program", "\u0000\u001b[31m\n", "the file is not JSON (unexpected U+0000), expected"],
    ["a picture", '<svg xmlns="x">', "the file is not JSON (unexpected <), expected"],
    ["another format", '{"format":"onnx"}', 'found "onnx", expected "chainrule"'],
    ["a list", "[]", 'expected "chainrule"'],
    ["no version", '{"format":"chainrule"}', "version: expected an integer ≥ 0, got nothing."],
    ["nesting without end", "[".repeat(1e6), "more than 64 levels of nesting"],
    ["records without end", `[${"{},".repeat(1_100_000)}{}]`, "more than 1000000 records"],
  ])("refuses %s in one sentence", (_, text, sentence) => {
    const result = parseDocument(text);
    expect(result.ok).toBe(false);
    expect(messages(result)).toHaveLength(1);
    expect(messages(result)[0]).toContain(sentence);
  });

  it("refuses 100 MB before it decodes or parses them", () => {
    const bytes = new Uint8Array(100 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    const start = performance.now();
    const result = parseDocument(bytes);
    expect(performance.now() - start).toBeLessThan(50);
    expect(process.memoryUsage().rss - before).toBeLessThan(maxFileBytes);
    expect(messages(result)).toEqual([
      "document: the file holds 100 MiB, expected at most 32 MiB. Open a smaller file, or split it into modules.",
    ]);
  });
});

describe("names and ids", () => {
  it("are identifiers in TypeScript and Python", () => {
    expect(["a", "_x1", "grad_w1"].every(isIdentifier)).toBe(true);
    expect(["", "1a", "a b", "x²", "class", "lambda", "None", "toString", "a".repeat(101)].some(isIdentifier)).toBe(
      false,
    );
    expect(["n1", "graph-2", "a.b"].every(isId)).toBe(true);
    expect(["1", "__proto__", "constructor", ""].some(isId)).toBe(false);
    expect(["x²", "2nd", "class", "", "ŷ − y"].map(toIdentifier).every(isIdentifier)).toBe(true);
  });

  it("are made unique by counting on", () => {
    expect(uniqueName("fc", new Set(["fc", "fc_2"]))).toBe("fc_3");
    expect(uniqueName("fc_2", new Set(["fc_2"]))).toBe("fc_3");
  });

  it("come from the random numbers they are given", () => {
    let state = 0;
    const ids = createIds(() => (state = (state + 0.37) % 1));
    const made = [ids("n"), ids("n")];
    expect(made.every(isId)).toBe(true);
    expect(new Set(made).size).toBe(2);
  });
});
