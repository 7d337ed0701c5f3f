/** @file Mutated documents: reading, analysing and printing them never throws, whatever was changed. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { applyFix } from "../document/apply-fix";
import { parseDocument } from "../document/parse";
import { printDocument } from "../document/print";
import { printDiagnostic } from "../ir/diagnostic";
import { uniforms } from "../random/uniforms";
import { analyze } from "./analyze";

const folder = new URL("../../assets/examples/", import.meta.url);
const texts = readdirSync(folder)
  .filter((file) => file.endsWith(".chainrule"))
  .map((file) => readFileSync(new URL(file, folder), "utf8"));
const mutants = process.env["CHAINRULE_FULL"] ? 20_000 : 400;

const junk: readonly unknown[] = [
  null, true, 0, -1, 1.5, 1e300, -0, "", "x", "out", "NaN", "a", "all", "graph:main", "nn.Linear", "optim.SGD", "leaf",
  "matmul", "expression", "call", "repeat", "muted", [], {}, [1, 2, 3], [[]], ["x", "out"], { kind: "unknown" },
  { kind: "value" }, { kind: "zeros" }, { shape: [1e9, 1e9] }, "x**", "__proto__", "constructor", 1e12, [64, 1000],
]; // prettier-ignore

type Container = Record<string, unknown> | unknown[];

/** Every object and list within a value. */
function containers(value: unknown, found: Container[] = []): Container[] {
  if (typeof value !== "object" || value === null) return found;
  found.push(value as Container);
  for (const entry of Object.values(value)) containers(entry, found);
  return found;
}

/** Changes a raw document in a few places: removes, replaces, copies and swaps entries. */
function mutate(raw: unknown, random: () => number): unknown {
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) {
    const all = containers(raw);
    const target = pick(all);
    const key = target && pick(Object.keys(target));
    if (!target || key === undefined) continue;
    const way = random();
    const other = pick(all);
    const otherKey = other && pick(Object.keys(other));
    const found = other && otherKey !== undefined ? Reflect.get(other, otherKey) : null;
    if (way < 0.2) Reflect.deleteProperty(target, key);
    else if (way < 0.6) Reflect.set(target, key, structuredClone(pick(junk)));
    else if (way < 0.9) Reflect.set(target, key, structuredClone(found));
    else Reflect.set(target, `${key}_2`, structuredClone(Reflect.get(target, key)));
  }
  return raw;
}

describe("mutated documents", () => {
  it(`${mutants} of them are read, analysed, mended and printed without a throw`, () => {
    let opened = 0;
    let diagnosed = 0;
    for (let seed = 0; seed < mutants; seed++) {
      const random = uniforms(seed);
      const text = JSON.stringify(mutate(JSON.parse(texts[seed % texts.length] ?? "{}"), random));
      const result = parseDocument(text);
      if (!result.ok) continue;
      opened++;
      const printed = printDocument(result.document);
      const again = parseDocument(printed);
      expect(again.ok && printDocument(again.document), `seed ${seed}`).toBe(printed);
      const { diagnostics } = analyze(result.document);
      diagnosed += diagnostics.length > 0 ? 1 : 0;
      const failed = diagnostics.filter((diagnostic) => diagnostic.code === "node.failed").map(printDiagnostic);
      expect(failed, `seed ${seed}`).toEqual([]);
      for (const { place, fixes } of diagnostics) {
        for (const fix of fixes) printDocument(applyFix(result.document, place.graph, fix.edit));
      }
    }
    expect(opened).toBeGreaterThan(mutants / 2);
    expect(diagnosed).toBeGreaterThan(mutants / 4);
  });

  it("cut short or with bytes flipped, they are refused in one sentence or opened", () => {
    const random = uniforms(7);
    for (const text of texts) {
      for (let i = 0; i < 20; i++) {
        const at = Math.floor(random() * text.length);
        const cut = parseDocument(text.slice(0, at));
        expect(cut.ok).toBe(false);
        expect(cut.diagnostics).toHaveLength(1);
        const flipped = parseDocument(
          `${text.slice(0, at)}${String.fromCharCode(random() * 128)}${text.slice(at + 1)}`,
        );
        if (flipped.ok) analyze(flipped.document);
      }
    }
  });
});
