/** @file The shipped examples are laid out well: nothing overlaps, no edge is covered, every word has room; open or closed. */
import { readdirSync, readFileSync } from "node:fs";
import { parseDocument, printDocument, standardLibrary, type ChainruleDocument } from "@chainrule/engine/analysis";
import { describe, expect, it } from "vitest";
import { viewNode } from "../nodes/node-view";
import { textWidth } from "../nodes/text-width";
import type { RegionChoice } from "../workspace/workspace";
import { NodeDerivation, type Scene } from "./derive-nodes";
import { boxOf, fitCamera } from "./fit";
import type { Fault } from "./layout-faults";
import { sceneFaults } from "./scene-faults";

const folder = "assets/examples";
const files = readdirSync(folder).filter((name) => name.endsWith(".chainrule"));

function open(file: string): ChainruleDocument {
  const parsed = parseDocument(readFileSync(`${folder}/${file}`, "utf8"));
  if (!parsed.ok) throw new Error(`${file} does not parse`);
  return parsed.document;
}

function sceneOf(document: ChainruleDocument, graph: string, regions: ReadonlyMap<string, RegionChoice>): Scene {
  const stage = { key: "", graph, steps: [], calls: [] };
  return new NodeDerivation(standardLibrary).derive({
    document,
    stage,
    regions,
    focus: "",
    selection: new Set(),
    fonts: 0,
    isDragging: false,
  });
}

/** Opens what can be opened, level by level. */
function withAllOpen(document: ChainruleDocument, graph: string): Scene {
  let regions: ReadonlyMap<string, RegionChoice> = new Map();
  for (;;) {
    const scene = sceneOf(document, graph, regions);
    const closed = scene.nodes.filter(({ id, data }) => data.view.opens && !regions.has(`${id}/`));
    if (closed.length === 0) return scene;
    regions = new Map<string, RegionChoice>([
      ...regions,
      ...closed.map(({ id }) => [`${id}/`, { open: true }] as const),
    ]);
  }
}

/** The root as the gallery opens it. */
function asOpened(document: ChainruleDocument): Scene {
  return sceneOf(document, document.root, new Map((document.view.open ?? []).map((key) => [key, { open: true }])));
}

const say = (fault: Fault): string =>
  fault.kind === "near"
    ? `${fault.nodes.join(" and ")} overlap or nearly`
    : `edge ${fault.curve.ends.join(" → ")} runs under ${fault.node}`;

describe.each(files)("the layout of %s", (file) => {
  const document = open(file);

  it.each(Object.keys(document.graphs))("keeps nodes apart and edges in sight in graph %s", (graph) => {
    expect(sceneFaults(sceneOf(document, graph, new Map())).map(say)).toEqual([]);
  });

  it("does so with everything opened in place, and as it opens", () => {
    expect(sceneFaults(withAllOpen(document, document.root)).map(say)).toEqual([]);
    expect(sceneFaults(asOpened(document)).map(say)).toEqual([]);
  });

  it("lets every edge run from left to right", () => {
    const scenes = [
      ...Object.keys(document.graphs).map((graph) => sceneOf(document, graph, new Map())),
      asOpened(document),
      withAllOpen(document, document.root),
    ];
    const back = scenes.flatMap(({ placed }) => placed.filter(({ from, to }) => to.x < from.x));
    expect(back.map(({ edge }) => `${edge.from[0]} → ${edge.to[0]}`)).toEqual([]);
  });

  it("gives every title and label the room it needs", () => {
    for (const [graph, { nodes }] of Object.entries(document.graphs))
      for (const [id, node] of Object.entries(nodes)) {
        const view = viewNode(document, graph, id, node, standardLibrary);
        if (view.form === "reroute") continue;
        const words = textWidth(view.title, "title") + (view.label === null ? 0 : textWidth(view.label, "label"));
        expect(view.title, `${graph}.${id}`).toBe(view.fullTitle);
        expect(view.width, `${graph}.${id}`).toBeGreaterThanOrEqual(words + 20);
      }
  });

  it("is printed as the app saves it", () => {
    expect(printDocument(document)).toBe(readFileSync(`${folder}/${file}`, "utf8"));
  });
});

/** Least zoom of the whole graph beside the open panels of a 1440 × 900 window. */
it.each([
  ["poly-autograd", 0.83],
  ["legendre-function", 0.71],
  ["mlp-dynamic", 0.72],
  ["poly-manual", 0.71],
  ["poly-tensors", 0.71],
  ["mlp-manual", 0.64],
  ["mlp-tensors", 0.62],
])("shows all of %s at %d or more", (name, least) => {
  const document = open(`${name}.chainrule`);
  const frames = (document.graphs[document.root]?.frames ?? []).map(({ position, size }) => ({ ...position, ...size }));
  const boxes = [...asOpened(document).nodes.map(boxOf), ...frames];
  expect(fitCamera(boxes, 960, 588, 1.1).zoom).toBeGreaterThanOrEqual(least);
});
