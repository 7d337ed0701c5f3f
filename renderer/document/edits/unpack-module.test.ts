/** @file Unpacking: a value that goes straight through, content that another member is of too, draws inside a body. */
import { createDocument } from "@chainrule/engine/analysis";
import { expect, it } from "vitest";
import { createHistory } from "../history";
import { expectWhole } from "../whole-fixture";
import { copyPiece, pastePiece } from "./clipboard";
import { graphOf, type DocumentDraft } from "./draft";
import { connect } from "./edges";
import { addMember, placeNode } from "./nodes";
import { emptyGraph, makeModule } from "./structure";
import { unpackModule } from "./unpack-module";

const position = { x: 0, y: 0 };

/** A document under edit whose ids count up; each edit must leave it whole. */
function begin() {
  const history = createHistory(createDocument("unpack"));
  let count = 0;
  const newId = (): string => `id${count++}`;
  const { root } = history.document();
  const edit = <T>(recipe: (draft: DocumentDraft) => T): T => {
    let result: T | undefined;
    history.edit("edit", (draft) => void (result = recipe(draft)));
    expectWhole(history.document());
    return result as T;
  };
  const place = (draft: DocumentDraft, graph: string, op: string, name: string): string =>
    placeNode(graphOf(draft, graph), { kind: "op", op, attrs: {} }, { position, name }, newId);
  const main = () => graphOf(history.document() as DocumentDraft, root);
  return { history, root, newId, edit, place, main };
}

it("wires what goes straight through a module to what reads it", () => {
  const { root, newId, edit, place, main } = begin();
  const [from, call, to] = edit((draft) => {
    const module = emptyGraph("module", "Pass");
    module.inputs.push({ name: "x" });
    module.outputs.push({ name: "out" });
    const start = placeNode(module, { kind: "input", port: "x" }, { position, name: "x" }, newId);
    const end = placeNode(module, { kind: "output", port: "out" }, { position, name: "result" }, newId);
    module.edges.push({ from: [start, "out"], to: [end, "in"] });
    draft.graphs["pass"] = module;
    const member = addMember(graphOf(draft, root), { type: "graph:pass", attrs: {} }, "pass", newId);
    const node = placeNode(graphOf(draft, root), { kind: "call", member }, { position, name: "passed" }, newId);
    const ends = [place(draft, root, "zeros", "a"), node, place(draft, root, "relu", "b")] as const;
    connect(draft, root, [ends[0], "out"], [node, "x"]);
    connect(draft, root, [node, "out"], [ends[2], "input"]);
    return ends;
  });
  expect(edit((draft) => unpackModule(draft, root, call, newId))).toEqual([]);
  expect(main().edges).toEqual([{ from: [from, "out"], to: [to, "input"] }]);
});

it("copies content that another member is of too, so that both can be unpacked", () => {
  const { history, root, newId, edit, place, main } = begin();
  const call = edit((draft) => {
    const owner = graphOf(draft, root);
    const member = addMember(owner, { type: "parameter", attrs: { shape: [] }, init: { kind: "randn" } }, "w", newId);
    const w = placeNode(owner, { kind: "call", member }, { position, name: "w" }, newId);
    const [x, y] = [place(draft, root, "zeros", "x"), place(draft, root, "mul", "y")];
    connect(draft, root, [x, "out"], [y, "input"]);
    connect(draft, root, [w, "out"], [y, "other"]);
    return makeModule(draft, root, [w, y], "Block", newId)?.call ?? "";
  });
  const piece = copyPiece(history.document(), root, [call]);
  const options = { by: position, keepIncoming: true, shareMembers: false };
  const [other = ""] = edit((draft) => pastePiece(draft, root, piece, options, newId));
  const first = edit((draft) => unpackModule(draft, root, call, newId));
  const second = edit((draft) => unpackModule(draft, root, other, newId));
  expect(new Set([...(first ?? []), ...(second ?? [])]).size).toBe(4);
  expect(main().edges).toHaveLength(4);
  expect(Object.values(main().members).map(({ name }) => name)).toEqual(["w", "w2"]);
  expect(main().draws).toEqual(Object.keys(main().members));
  expect(Object.keys(history.document().graphs)).toEqual([root]);
});

it("takes a draw inside a body into a module and back", () => {
  const { history, root, newId, edit } = begin();
  const drawn = edit((draft) => {
    draft.graphs["body"] = emptyGraph("body", "body");
    const count = { kind: "constant", value: 2 } as const;
    placeNode(graphOf(draft, root), { kind: "repeat", body: "body", count }, { position, name: "turns" }, newId);
    const content = { kind: "op", op: "rand", attrs: { size: [2] }, draw: "once" } as const;
    return placeNode(graphOf(draft, "body"), content, { position, name: "noise" }, newId);
  });
  const before = history.document().graphs["body"];
  const call = edit((draft) => makeModule(draft, "body", [drawn], "Block", newId)?.call ?? "");
  edit((draft) => unpackModule(draft, "body", call, newId));
  expect(history.document().graphs["body"]).toEqual(before);
});
