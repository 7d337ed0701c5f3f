/** @file What is only a look is told from what a document computes, whatever its nodes are called. */
import { enablePatches, produceWithPatches, type Draft } from "immer";
import { expect, it } from "vitest";
import { exampleDocument } from "../conformance/example-fixtures";
import { printDiagnostic } from "../ir/diagnostic";
import { buildProgram } from "../program/build-program";
import type { ChainruleDocument, GraphNode } from "./document";
import { isLookOnly } from "./look";

enablePatches();

const powerNode = {
  name: "square",
  kind: "op",
  op: "pow",
  attrs: { exponent: 2 },
  position: { x: 0, y: 0 },
} satisfies GraphNode;
const [example] = produceWithPatches(exampleDocument("poly-autograd"), ({ graphs: { main } }) => {
  if (!main) return;
  main.nodes["label"] = powerNode;
  main.nodes["shown"] = { ...powerNode, name: "shown", flags: { collapsed: true, muted: true } };
  main.edges.push({ from: ["x", "out"], to: ["label", "input"] }, { from: ["x", "out"], to: ["shown", "input"] });
});

type Node = Draft<GraphNode>;
const edits = {
  "a place": (node: Node) => void (node.position.x = 8),
  "a label": (node: Node) => void (node.label = "x²"),
  "collapsed, the first flag": (node: Node) => void (node.flags = { collapsed: true }),
  "pinned beside what was there": (node: Node) => void (node.flags = { ...node.flags, pinned: true }),
} as const;
const meaning = {
  "an attribute": (node: Node) => void (node.kind === "op" && (node.attrs = { exponent: 3 })),
  muted: (node: Node) => void (node.flags = { muted: true, pinned: true }),
} as const;

const programHash = (document: ChainruleDocument): string => {
  const built = buildProgram(document, { float: "float32", resources: new Map() });
  if (!built.ok) throw new Error(built.diagnostics.map(printDiagnostic).join("\n"));
  return built.program.hash;
};

function edit(id: string, change: (node: Node) => void) {
  const [after, patches] = produceWithPatches(example, ({ graphs: { main } }) => {
    const node = main?.nodes[id];
    if (node) change(node);
  });
  expect(after).not.toBe(example);
  return { isLook: isLookOnly(example, after, patches), isSame: programHash(after) === programHash(example) };
}

it.each(Object.entries(edits))("%s is only a look", (_, change) => {
  expect(edit("label", change)).toEqual({ isLook: true, isSame: true });
});

it.each(Object.entries(meaning))('%s is more than that, of a node called "label" too', (_, change) => {
  expect(edit("label", change)).toEqual({ isLook: false, isSame: false });
});

it("taking the flags away is as much as they meant", () => {
  expect(edit("shown", (node) => void delete node.flags)).toEqual({ isLook: false, isSame: false });
  expect(edit("shown", (node) => void (node.flags = { muted: true }))).toEqual({ isLook: true, isSame: true });
});
