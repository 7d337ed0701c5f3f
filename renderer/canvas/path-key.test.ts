/** @file The node that the timeline stands at is lit where it is drawn, or where it is hidden; its namesakes elsewhere are not. */
import { readFileSync } from "node:fs";
import { parseDocument } from "@chainrule/engine/analysis";
import { describe, expect, it } from "vitest";
import type { App } from "../app/app";
import type { GraphStep } from "../workspace/workspace";
import type { CanvasNode } from "./derive-nodes";
import { isAmong, shows } from "./path-key";

const read = parseDocument(readFileSync("assets/examples/mlp-dynamic.chainrule", "utf8"));
if (!read.ok) throw new Error("the example cannot be read");
const { document } = read;

/** An app that shows the last graph of a path. */
const appAt = (...path: GraphStep[]): App =>
  ({ workspace: { getState: () => ({ path }) }, history: { document: () => document } }) as unknown as App;

const node = (scope: string, id: string, form = "bare"): CanvasNode["data"] =>
  ({ scope, view: { id, form } }) as unknown as CanvasNode["data"];

const main = { graph: "main", through: null };

describe("the node a timeline's block is of", () => {
  it("is that of its own graph, not one with the same id in another", () => {
    const app = appAt(main);
    expect(shows(app, node("model/", "clamp"), "model/clamp")).toBe(true);
    expect(shows(app, node("", "clamp"), "model/clamp")).toBe(false);
    expect(shows(app, node("other/", "clamp"), "model/clamp")).toBe(false);
    expect(isAmong(app, node("model/", "clamp"), new Set(["model/clamp"]))).toBe(true);
    expect(isAmong(app, node("", "clamp"), new Set(["model/clamp"]))).toBe(false);
  });

  it("lights what holds it while that is closed", () => {
    const app = appAt(main);
    expect(shows(app, node("", "model"), "model/repeat/clamp")).toBe(true);
    expect(shows(app, node("", "model", "region"), "model/repeat/clamp")).toBe(false);
    expect(shows(app, node("model/", "repeat"), "model/repeat/clamp")).toBe(true);
    expect(shows(app, node("", "mod"), "model/repeat/clamp")).toBe(false);
  });

  it("is found in a graph that was entered, by whatever way", () => {
    const root = document.graphs["main"];
    const typeOf = (id: string): string => {
      const node = root?.nodes[id];
      return (node?.kind === "call" && root?.members[node.member]?.type) || "";
    };
    const through = Object.keys(root?.nodes ?? {}).find((id) => typeOf(id).startsWith("graph:")) ?? "";
    const graph = typeOf(through).slice("graph:".length);
    expect(document.graphs[graph]).toBeDefined();
    for (const way of [through, null]) {
      const app = appAt(main, { graph, through: way });
      expect(shows(app, node("", "clamp"), `${through}/clamp`)).toBe(true);
      expect(shows(app, node("", "clamp"), "clamp")).toBe(false);
    }
  });
});
