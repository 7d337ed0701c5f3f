/** @file Commands in any order: whatever a person does, the document stays whole, analysis reads it, and undo gives it back. */
import { analyze, createDocument, parseDocument, printDocument, standardLibrary } from "@chainrule/engine/analysis";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { uniforms } from "../../engine/random/uniforms";
import type { App } from "../app/app";
import { Edits } from "../app/edits";
import { CanvasHandle } from "../canvas/canvas-handle";
import { reaches } from "../document/edits/edges";
import { createHistory } from "../document/history";
import { expectWhole } from "../document/whole-fixture";
import { paletteItems } from "../palette/items";
import { connectChoices } from "../canvas/connect-choices";
import { createWorkspace, currentGraph, select, showDocument } from "../workspace/workspace";
import * as editCommands from "./edit-commands";
import * as roleCommands from "./role-commands";
import * as selectCommands from "./select-commands";
import * as walkCommands from "./walk-commands";

/** Layout asks a worker, and opening a search is not an edit. */
const left = new Set(["tidyLayout", "addNode", "addFed", "undo", "redo", "renameNode"]);
const commands = Object.entries({ ...editCommands, ...roleCommands, ...selectCommands, ...walkCommands }).filter(([id]) => !left.has(id)); // prettier-ignore

/** The part of the app that these commands work with. */
function createPart() {
  const history = createHistory(createDocument("fuzz"));
  const workspace = createWorkspace();
  showDocument(workspace, history.document(), null);
  const edits = new Edits(history, workspace, () => undefined);
  const app = {
    history,
    workspace,
    edits,
    library: standardLibrary,
    canvas: new CanvasHandle(),
    engine: { state: createStore(() => ({ connection: "ready", run: "idle" })) },
    tell: () => undefined,
  } as unknown as App;
  return { app, history, workspace, edits };
}

/** Undo may take away the graph on the canvas: what is shown follows, as in the window. */
function follow({ history, workspace }: ReturnType<typeof createPart>): void {
  const { path } = workspace.getState();
  const whole = path.findIndex((step) => history.document().graphs[step.graph] === undefined);
  if (whole > 0) workspace.setState({ path: path.slice(0, whole), selection: new Set(), selectedEdge: null });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("commands in any order", () => {
  for (let seed = 0; seed < 24; seed++) {
    it(`keep the document whole and can all be undone and redone, seed ${seed}`, async () => {
      let clipboard = "";
      vi.stubGlobal("navigator", {
        clipboard: { writeText: async (text: string) => void (clipboard = text), readText: async () => clipboard },
      });
      const part = createPart();
      const { app, history, workspace, edits } = part;
      const next = uniforms(seed);
      const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)];
      const initial = history.document();
      for (let i = 0; i < 90; i++) {
        const document = history.document();
        const graph = currentGraph(workspace.getState()) ?? document.root;
        const nodes = Object.keys(document.graphs[graph]?.nodes ?? {});
        const choice = next();
        if (nodes.length < 3 || (choice < 0.3 && nodes.length < 40)) {
          const item = pick(paletteItems(document, graph));
          if (item !== undefined) edits.placeItem(graph, item.key, { x: next() * 900, y: next() * 600 }, null);
        } else if (choice < 0.5) {
          const node = pick(nodes) ?? "";
          const joined = pick(connectChoices(document, graph, node, next() < 0.5 ? "input" : "output", app.library));
          if (joined !== undefined) edits.connect(graph, joined.from, joined.to);
        } else if (choice < 0.55) {
          const edge = pick(document.graphs[graph]?.edges ?? []);
          const side = next() < 0.5 ? "input" : "output";
          const to = pick(document.graphs[graph]?.edges ?? []);
          if (edge !== undefined && to !== undefined)
            edits.moveEdges(graph, side, side === "input" ? edge.to : edge.from, side === "input" ? to.to : to.from);
        } else if (choice < 0.6) {
          const order = next() < 0.5 ? "draws" : "effects";
          const id = pick<string>(document.graphs[graph]?.[order] ?? []);
          if (id !== undefined) edits.moveInOrder(graph, order, id, Math.floor(next() * 5));
        } else {
          select(workspace, nodes.filter(() => next() < 0.25)); // prettier-ignore
          const [id, command] = pick(commands) ?? [];
          if (command !== undefined && command.enabled?.(app) !== false) await command.run(app);
          if (id === undefined) continue;
        }
        follow(part);
        const now = history.document();
        expectWhole(now);
        for (const { edges } of Object.values(now.graphs))
          for (const edge of edges) expect(reaches(edges, edge.to[0], edge.from[0]), "a cycle").toBe(false);
        expect(() => analyze(now)).not.toThrow();
      }
      const last = history.document();
      const read = parseDocument(printDocument(last));
      expect(read.ok && read.diagnostics.map(({ code }) => code)).toEqual([]);
      let steps = 0;
      for (; history.undoTitle() !== null; steps++) history.undo();
      expect(history.document()).toEqual(initial);
      for (; steps > 0; steps--) history.redo();
      expect(history.document()).toEqual(last);
    });
  }
});
