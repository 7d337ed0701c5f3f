/** @file The scene of the canvas: regions drawn in place, keys that stay unique, identities that stay. */
import { readFileSync } from "node:fs";
import { parseDocument, standardLibrary, type ChainruleDocument } from "@chainrule/engine/analysis";
import { describe, expect, it } from "vitest";
import { chipWidth, regionHeaderWidth } from "../nodes/node-size";
import type { RegionChoice } from "../workspace/workspace";
import { NodeDerivation, type SceneSource } from "./derive-nodes";
import { scopeAt, toStored } from "./scene-places";
import type { Scope } from "./scopes";

function open(name: string): ChainruleDocument {
  const parsed = parseDocument(readFileSync(`assets/examples/${name}.chainrule`, "utf8"));
  if (!parsed.ok) throw new Error(`${name} does not parse`);
  return parsed.document;
}

const dynamic = open("mlp-dynamic");

function stageOf(graph: string): Scope {
  return { key: "", graph, steps: [], calls: [] };
}

function source(
  document: ChainruleDocument,
  graph: string,
  regions: ReadonlyMap<string, RegionChoice> = new Map(),
): SceneSource {
  return { document, stage: stageOf(graph), regions, focus: "", selection: new Set(), fonts: 0, isDragging: false };
}

describe("the scene of the canvas", () => {
  it("draws a loop in place: its body's nodes lie inside its box, and edges end at nodes of their own graph", () => {
    const scene = new NodeDerivation(standardLibrary).derive(source(dynamic, "dynamic_net"));
    const byId = new Map(scene.nodes.map((node) => [node.id, node]));
    const [region, linear] = [byId.get("repeat"), byId.get("repeat/linear")];
    if (region === undefined || linear === undefined) throw new Error("the loop is not drawn in place");
    expect(region.data.view.form).toBe("region");
    expect(linear.position.x).toBeGreaterThan(region.position.x);
    expect(linear.position.x + linear.data.view.width).toBeLessThan(region.position.x + region.data.view.width);
    expect(linear.position.y + linear.data.view.height).toBeLessThan(region.position.y + region.data.view.height);
    expect(byId.size).toBe(scene.nodes.length);
    expect(scene.placed.filter(({ scope }) => scope.graph === "middle")).toHaveLength(3);
  });

  it("draws a module in place only when it is opened, and moves what it would cover", () => {
    const derivation = new NodeDerivation(standardLibrary);
    const closed = derivation.derive(source(dynamic, "main"));
    expect(closed.nodes.some(({ id }) => id.includes("/"))).toBe(false);
    const opened = derivation.derive(source(dynamic, "main", new Map([["y_pred/", { open: true }]])));
    expect(opened.nodes.some(({ id }) => id === "y_pred/repeat/linear")).toBe(true);
    const [box, loss] = ["y_pred", "loss"].map((id) => opened.nodes.find((node) => node.id === id));
    expect(loss?.position.x).toBeGreaterThan((box?.position.x ?? 0) + (box?.data.view.width ?? 0));
  });

  it("makes a region wide enough for its header, however little is in it", () => {
    const emptied = { ...dynamic.graphs["middle"], nodes: {}, edges: [] };
    const { repeat } = dynamic.graphs["dynamic_net"]?.nodes ?? {};
    const condition = { kind: "randint", under: 1, outOf: 2 };
    const branch = { ...repeat, kind: "branch", whenTrue: "middle", whenFalse: "middle", condition };
    const nodes = { ...dynamic.graphs["dynamic_net"]?.nodes, repeat: branch };
    const graphs = {
      ...dynamic.graphs,
      middle: emptied,
      dynamic_net: { ...dynamic.graphs["dynamic_net"], nodes },
    };
    const document = { ...dynamic, graphs } as ChainruleDocument;
    const scene = new NodeDerivation(standardLibrary).derive(source(document, "dynamic_net"));
    const region = scene.nodes.find(({ id }) => id === "repeat")?.data.view;
    const chips = chipWidth("true") + chipWidth("false");
    expect(region?.form).toBe("region");
    expect(region?.width).toBeGreaterThanOrEqual(regionHeaderWidth("Branch") + chips);
  });

  it("gives the place that a dragged node is stored at, in its own graph", () => {
    const scene = new NodeDerivation(standardLibrary).derive(source(dynamic, "dynamic_net"));
    const linear = scene.nodes.find(({ id }) => id === "repeat/linear");
    if (linear === undefined) throw new Error("the loop is not drawn in place");
    const stored = dynamic.graphs["middle"]?.nodes["linear"]?.position ?? { x: NaN, y: NaN };
    const moved = { x: linear.position.x + 30, y: linear.position.y - 10 };
    expect(toStored(scene, "repeat/linear", moved)).toEqual({ x: stored.x + 30, y: stored.y - 10 });
    expect(scopeAt(scene, linear.position)).toMatchObject({ scope: { graph: "middle" }, local: stored });
    expect(scopeAt(scene, { x: -500, y: -500 })?.scope.graph).toBe("dynamic_net");
  });

  it("keeps every node's identity but the moved one's", () => {
    const document = open("poly-autograd");
    const derivation = new NodeDerivation(standardLibrary);
    const before = derivation.derive(source(document, "main"));
    const changed = {
      ...document,
      graphs: {
        ...document.graphs,
        main: {
          ...document.graphs["main"],
          nodes: {
            ...document.graphs["main"]?.nodes,
            y: { ...document.graphs["main"]?.nodes["y"], position: { x: 160, y: 520 } },
          },
        },
      },
    };
    const after = derivation.derive(source(changed as ChainruleDocument, "main"));
    const redrawn = after.nodes.filter((node, i) => node !== before.nodes[i]);
    expect(redrawn.map(({ id }) => id)).toEqual(["y"]);
    expect(redrawn[0]?.data.view).toBe(before.nodes.find(({ id }) => id === "y")?.data.view);
  });
});
