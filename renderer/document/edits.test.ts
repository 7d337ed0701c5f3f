/** @file Edits of a document: random ones are undone and redone exactly and leave nothing dangling; each rule by hand. */
import { describe, expect, it } from "vitest";
import type { ChainruleDocument, Graph } from "@chainrule/engine/analysis";
import { uniforms } from "../../engine/random/uniforms";
import { copyPiece, pastePiece } from "./edits/clipboard";
import { graphOf, randomId } from "./edits/draft";
import { connect, disconnect, insertOnEdge, reaches, reroute } from "./edits/edges";
import { addMember, dissolveNodes, placeNode, positionNodes, removeNodes, renameNode, toggleFlag } from "./edits/nodes";
import { renameGraph, summarizeGraph } from "./edits/naming";
import { addCarried, addGraphInput, addGraphOutput, addSaved, renamePort } from "./edits/ports";
import { rolesOf, startFromLoss, toggleLoss, togglePlotX, togglePlotY } from "./edits/training";
import { memberHome } from "./edits/regions";
import { canBecomeModule, emptyGraph, makeModule } from "./edits/structure";
import { unpackModule } from "./edits/unpack-module";
import { createHistory, type DocumentHistory } from "./history";
import { expectWhole } from "./whole-fixture";

const main = "main";

function blank(): ChainruleDocument {
  return {
    format: "chainrule",
    version: 1,
    name: "untitled",
    seed: 0,
    root: main,
    graphs: { [main]: emptyGraph("model", main) },
    functions: {},
    resources: {},
    training: { loss: null, steps: 100, logEvery: 10, device: "auto", stopOnNaN: true },
    view: {},
  };
}

function counter(): () => string {
  let next = 0;
  return () => `id${next++}`;
}

function graphIn(history: DocumentHistory): Graph {
  return graphOf(history.document() as never, main);
}

function step(history: DocumentHistory, next: () => number, newId: () => string): void {
  const graph = graphIn(history);
  const nodes = Object.keys(graph.nodes);
  const pick = (): string => nodes[Math.floor(next() * nodes.length)] ?? "";
  const some = nodes.filter(() => next() < 0.3);
  const choice = Math.floor(next() * 12);
  history.edit(`edit ${choice}`, (draft) => {
    const owner = graphOf(draft, main);
    const position = { x: next() * 500, y: next() * 500 };
    if (choice <= 2 || nodes.length < 3) {
      placeNode(owner, { kind: "op", op: "add", attrs: {} }, { position, name: "add" }, newId);
    } else if (choice === 3) {
      const member = addMember(owner, { type: "parameter", attrs: { shape: [] }, init: { kind: "randn" } }, "w", newId);
      const name = owner.members[member]?.name ?? "w";
      placeNode(owner, { kind: "call", member }, { position, name }, newId);
    } else if (choice <= 5) {
      const [from, to] = [pick(), pick()];
      if (!reaches(owner.edges, to, from)) connect(draft, main, [from, "out"], [to, next() < 0.5 ? "input" : "other"]);
    } else if (choice === 6) removeNodes(draft, main, some.slice(0, 2));
    else if (choice === 7) dissolveNodes(draft, main, [pick()]);
    else if (choice === 8) positionNodes(draft, main, new Map(some.map((id) => [id, position])));
    else if (choice === 9) {
      const options = { by: { x: 40, y: 40 }, keepIncoming: next() < 0.5, shareMembers: next() < 0.5 };
      if (nodes.length < 60) pastePiece(draft, main, copyPiece(history.document(), main, some), options, newId);
    } else if (choice === 10) {
      renameNode(draft, main, pick(), "renamed");
      toggleFlag(draft, main, some, "muted");
      const edge = owner.edges[0];
      if (edge !== undefined && next() < 0.5) reroute(draft, main, [...edge.to], position, newId);
      else if (edge !== undefined) disconnect(draft, main, [[...edge.to]]);
    } else if (canBecomeModule(graph, some)) {
      const made = makeModule(draft, main, some, "Block", newId);
      if (made !== null && next() < 0.5) unpackModule(draft, main, made.call, newId);
    }
  });
}

describe("document edits", () => {
  for (let seed = 0; seed < 20; seed++) {
    it(`undo and redo are exact and no edge dangles over random edits, seed ${seed}`, () => {
      const history = createHistory(blank());
      const next = uniforms(seed);
      const newId = counter();
      const states = [history.document()];
      for (let i = 0; i < 60; i++) {
        step(history, next, newId);
        expectWhole(history.document());
        if (history.document() !== states.at(-1)) states.push(history.document());
      }
      for (let i = states.length - 2; i >= 0; i--) {
        history.undo();
        expect(history.document()).toEqual(states[i]);
      }
      expect(history.undoTitle()).toBeNull();
      for (let i = 1; i < states.length; i++) {
        history.redo();
        expect(history.document()).toEqual(states[i]);
      }
    });
  }

  it("unpacking a module just made gives the graph back", () => {
    const history = createHistory(blank());
    const newId = counter();
    const ids: string[] = [];
    history.edit("build", (draft) => {
      const owner = graphOf(draft, main);
      for (const name of ["x", "y", "z"]) {
        ids.push(placeNode(owner, { kind: "op", op: "add", attrs: {} }, { position: { x: 0, y: 0 }, name }, newId));
      }
      connect(draft, main, [ids[0] ?? "", "out"], [ids[1] ?? "", "input"]);
      connect(draft, main, [ids[1] ?? "", "out"], [ids[2] ?? "", "input"]);
    });
    const before = graphIn(history);
    let call = "";
    history.edit("make", (draft) => {
      call = makeModule(draft, main, [ids[1] ?? ""], "Block", newId)?.call ?? "";
    });
    expect(Object.keys(history.document().graphs)).toHaveLength(2);
    history.edit("unpack", (draft) => void unpackModule(draft, main, call, newId));
    expect(Object.keys(history.document().graphs)).toEqual([main]);
    expect(graphIn(history).nodes).toEqual(before.nodes);
    expect(new Set(graphIn(history).edges.map((edge) => JSON.stringify(edge)))).toEqual(
      new Set(before.edges.map((edge) => JSON.stringify(edge))),
    );
  });

  it("joins a burst under one key into one step, and knows what is saved", () => {
    const history = createHistory(blank());
    const newId = counter();
    history.edit("Add", (draft) => {
      placeNode(graphOf(draft, main), { kind: "reroute" }, { position: { x: 0, y: 0 }, name: "r" }, newId);
    });
    history.markSaved();
    for (let x = 1; x <= 5; x++)
      history.edit("Move", (draft) => positionNodes(draft, main, new Map([["id0", { x, y: 0 }]])), "drag");
    expect(history.isUnsaved()).toBe(true);
    expect(graphIn(history).nodes["id0"]?.position.x).toBe(5);
    history.undo();
    expect(graphIn(history).nodes["id0"]?.position.x).toBe(0);
    expect(history.isUnsaved()).toBe(false);
  });

  it("a port of a Function's forward comes with its twin in backward, and is renamed in both", () => {
    const history = createHistory(blank());
    const newId = counter();
    history.edit("build", (draft) => {
      draft.graphs["f"] = emptyGraph("forward", "f");
      draft.graphs["b"] = emptyGraph("backward", "b");
      draft.functions["fn"] = { name: "F", forward: "f", backward: "b", saved: [] };
    });
    let input = "";
    history.edit("ports", (draft) => {
      [input = ""] = addGraphInput(draft, "f", { x: 0, y: 0 }, newId);
      addGraphOutput(draft, "f", { x: 0, y: 0 }, newId);
      addSaved(draft, "f", { x: 0, y: 0 }, newId);
    });
    history.edit("rename", (draft) => renamePort(draft, "f", input, "angle"));
    const { f, b } = history.document().graphs;
    expect(f?.inputs).toEqual([{ name: "angle" }]);
    expect(b?.outputs).toEqual([{ name: "angle" }]);
    expect(b?.inputs).toEqual([
      { name: "y", role: "grad" },
      { name: "saved", role: "saved" },
    ]);
    expect(history.document().functions["fn"]?.saved).toEqual([{ name: "saved" }]);
    expectWhole(history.document());
  });

  it("a Function is renamed with both its sides, a module with its graph, and says what it computes", () => {
    const history = createHistory(blank());
    history.edit("build", (draft) => {
      draft.graphs["f"] = emptyGraph("forward", "f");
      draft.graphs["b"] = emptyGraph("backward", "b");
      draft.graphs["m"] = emptyGraph("module", "taken");
      draft.functions["fn"] = { name: "F", forward: "f", backward: "b", saved: [] };
      renameGraph(draft, "b", "Legendre3");
      renameGraph(draft, "f", "Legendre3");
      renameGraph(draft, "m", "main");
      summarizeGraph(draft, "f", "P₃(x)");
    });
    const { graphs, functions } = history.document();
    expect(functions["fn"]).toMatchObject({ name: "Legendre3", summary: "P₃(x)" });
    expect([graphs["f"]?.name, graphs["b"]?.name]).toEqual(["Legendre3_forward", "Legendre3_backward"]);
    expect(graphs["m"]?.name).toBe("main2");
  });

  it("renaming a carried port keeps the edges of its Repeat; a body's members live in the graph around it", () => {
    const history = createHistory(blank());
    const newId = counter();
    let port = "";
    history.edit("build", (draft) => {
      draft.graphs["body"] = emptyGraph("body", "body");
      const owner = graphOf(draft, main);
      const count = { kind: "constant" as const, value: 2 };
      placeNode(owner, { kind: "repeat", body: "body", count }, { position: { x: 0, y: 0 }, name: "r" }, newId);
      placeNode(owner, { kind: "op", op: "relu", attrs: {} }, { position: { x: 0, y: 0 }, name: "z" }, newId);
      [port = ""] = addCarried(draft, "body", { x: 0, y: 0 }, newId);
      connect(draft, main, ["id1", "out"], ["id0", "h"]);
    });
    history.edit("rename", (draft) => renamePort(draft, "body", port, "state"));
    expect(history.document().graphs["body"]?.outputs).toEqual([{ name: "state", role: "carried" }]);
    expect(graphIn(history).edges).toEqual([{ from: ["id1", "out"], to: ["id0", "state"] }]);
    expect(memberHome(history.document(), "body")).toBe(main);
  });

  it("the first Backward starts from the loss, whichever of the two came first; a wired one stays", () => {
    const history = createHistory(blank());
    const newId = counter();
    const position = { x: 0, y: 0 };
    const starts = (): readonly unknown[] => graphIn(history).edges.map(({ from, to }) => [from[0], to[0]]);
    const sum = { kind: "op", op: "sum", attrs: {} } as const;
    const backward = { kind: "effect", effect: { kind: "backward" } } as const;
    history.edit("build", (draft) => {
      for (const name of ["x", "y"]) placeNode(graphOf(draft, main), sum, { position, name }, newId);
      placeNode(graphOf(draft, main), backward, { position, name: "b" }, newId);
      startFromLoss(draft, main);
    });
    expect(starts()).toEqual([]);
    history.edit("loss", (draft) => toggleLoss(draft, ["id0", "out"]));
    expect(starts()).toEqual([["id0", "id2"]]);
    history.edit("another loss", (draft) => toggleLoss(draft, ["id1", "out"]));
    expect(starts()).toEqual([["id0", "id2"]]);
    history.edit("another Backward", (draft) => {
      placeNode(graphOf(draft, main), backward, { position, name: "c" }, newId);
      startFromLoss(draft, main);
    });
    expect(starts()).toEqual([["id0", "id2"]]);
    history.edit("only the second", (draft) => {
      removeNodes(draft, main, ["id2"]);
      startFromLoss(draft, main);
    });
    expect(starts()).toEqual([["id1", "id3"]]);
  });

  it("the value that Backward starts from is the loss until another is chosen, and goes with its node", () => {
    const history = createHistory(blank());
    const newId = counter();
    history.edit("build", (draft) => {
      const owner = graphOf(draft, main);
      for (const name of ["x", "y"])
        placeNode(owner, { kind: "op", op: "sum", attrs: {} }, { position: { x: 0, y: 0 }, name }, newId);
      placeNode(
        owner,
        { kind: "effect", effect: { kind: "backward" } },
        { position: { x: 0, y: 0 }, name: "b" },
        newId,
      );
      connect(draft, main, ["id0", "out"], ["id2", "value"]);
    });
    expect(history.document().training.loss).toEqual(["id0", "out"]);
    history.edit("loss", (draft) => toggleLoss(draft, ["id1", "out"]));
    history.edit("plot", (draft) => {
      togglePlotX(draft, ["id0", "out"]);
      togglePlotY(draft, ["id1", "out"]);
    });
    expect(rolesOf(history.document(), ["id1", "out"])).toEqual({ loss: true, plotX: false, plotY: true });
    history.edit("remove", (draft) => removeNodes(draft, main, ["id1"]));
    expect(history.document().training.loss).toBeNull();
    expect(history.document().view.plot).toEqual({ x: ["id0", "out"], y: [] });
  });

  it("ids begin with a letter: one that looks like a number would move when the file is read", () => {
    for (let i = 0; i < 200; i++) expect(randomId()).toMatch(/^[a-z][a-z0-9]{8}$/);
  });

  it("inserting a node on an edge keeps one edge an input", () => {
    const history = createHistory(blank());
    const newId = counter();
    history.edit("build", (draft) => {
      const owner = graphOf(draft, main);
      for (const name of ["x", "y", "z"]) {
        placeNode(owner, { kind: "op", op: "relu", attrs: {} }, { position: { x: 0, y: 0 }, name }, newId);
      }
      connect(draft, main, ["id0", "out"], ["id1", "input"]);
      insertOnEdge(draft, main, ["id1", "input"], "id2", { input: "input", output: "out" });
    });
    expect(graphIn(history).edges.map((edge) => edge.from[0] + edge.to[0])).toEqual(["id0id2", "id2id1"]);
  });
});
