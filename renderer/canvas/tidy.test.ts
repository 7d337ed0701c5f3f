/** @file Tidying: whatever the graph, no two nodes overlap and no edge runs under a node that is not its own. */
import { readdirSync, readFileSync } from "node:fs";
import type { ELK } from "elkjs/lib/elk-api";
import Elk from "elkjs/lib/elk.bundled.js";
import { parseDocument, standardLibrary } from "@chainrule/engine/analysis";
import { describe, expect, it } from "vitest";
import { uniforms } from "../../engine/random/uniforms";
import { viewNode } from "../nodes/node-view";
import { layoutFaults, type Box, type Curve } from "./layout-faults";
import { tidyGraph, type TidyEdge, type TidyNode } from "./tidy";

const elk = new (Elk as unknown as new () => ELK)();

/** Boxes and curves after tidying, with the dots it asks for in their edges. */
async function tidied(nodes: readonly TidyNode[], edges: readonly TidyEdge[]) {
  const { positions, dots } = await tidyGraph(elk, nodes, edges);
  const placed = new Map(nodes.map((node) => [node.id, { ...node, ...positions.get(node.id) }]));
  const at = ([id, name]: readonly [string, string], side: "input" | "output") => {
    const node = placed.get(id);
    const port = node?.ports.find((candidate) => candidate.name === name && candidate.side === side);
    if (node === undefined || port === undefined) throw new Error(`no port ${id}.${name}`);
    return { x: node.x + (side === "input" ? 0 : node.width), y: node.y + port.y };
  };
  const boxes: Box[] = [...placed.values()];
  const curves = edges.flatMap((edge): Curve[] => {
    const way = dots.find(({ to }) => to[0] === edge.to[0] && to[1] === edge.to[1])?.places ?? [];
    const stops = way.map((place, i) => ({ id: `${edge.to.join(".")} dot ${i}`, ...place }));
    boxes.push(...stops.map(({ id, x, y }) => ({ id, x: x - 4, y: y - 4, width: 8, height: 8 })));
    const ends = [
      { id: edge.from[0], from: at(edge.from, "output"), to: at(edge.from, "output") },
      ...stops.map(({ id, x, y }) => ({ id, from: { x: x + 4, y }, to: { x: x - 4, y } })),
      { id: edge.to[0], from: at(edge.to, "input"), to: at(edge.to, "input") },
    ];
    return ends.slice(1).map((end, i) => {
      const before = ends[i];
      if (before === undefined) throw new Error("no end before");
      return { from: before.from, to: end.to, ends: [before.id, end.id] };
    });
  });
  return { boxes, curves };
}

const say = (boxes: readonly Box[], curves: readonly Curve[]): readonly string[] =>
  layoutFaults(boxes, curves).map((fault) =>
    fault.kind === "near" ? `${fault.nodes.join(" near ")}` : `${fault.curve.ends.join(" → ")} under ${fault.node}`,
  );

const folder = "assets/examples";
const graphs = readdirSync(folder).flatMap((file) => {
  const parsed = parseDocument(readFileSync(`${folder}/${file}`, "utf8"));
  if (!parsed.ok) throw new Error(`${file} does not parse`);
  return Object.keys(parsed.document.graphs).map((graph) => ({ file, graph, document: parsed.document }));
});

function randomGraph(seed: number) {
  const next = uniforms(seed);
  const count = 8 + Math.floor(next() * 40);
  const nodes: TidyNode[] = Array.from({ length: count }, (_, i) => ({
    id: `n${i}`,
    x: Math.floor(next() * 900),
    y: Math.floor(next() * 600),
    width: 84 + 4 * Math.floor(next() * 20),
    height: next() < 0.2 ? 46 : 80,
    ports: [
      { name: "input", side: "input", y: 42 },
      { name: "other", side: "input", y: 64 },
      { name: "out", side: "output", y: 53 },
    ],
  }));
  const edges: TidyEdge[] = [];
  for (let i = 1; i < count; i++)
    for (const port of ["input", "other"]) {
      // Mostly to what came just before, sometimes far back: skip connections.
      const back = next() < 0.75 ? 1 + Math.floor(next() * 3) : 1 + Math.floor(next() * i);
      if (next() < 0.8 && i - back >= 0) edges.push({ from: [`n${i - back}`, "out"], to: [`n${i}`, port] });
    }
  return { nodes, edges };
}

describe("tidying", () => {
  it.each(graphs)("leaves nothing covered and no edge backwards in $file › $graph", async ({ document, graph }) => {
    const content = document.graphs[graph];
    const nodes = Object.entries(content?.nodes ?? {}).map(([id, node]): TidyNode => {
      const { width, height, ports } = viewNode(document, graph, id, node, standardLibrary);
      return { id, ...node.position, width, height, ports };
    });
    const { boxes, curves } = await tidied(nodes, content?.edges ?? []);
    expect(say(boxes, curves)).toEqual([]);
    expect(curves.filter(({ from, to }) => to.x < from.x).map(({ ends }) => ends.join(" → "))).toEqual([]);
  });

  it.each(Array.from({ length: 24 }, (_, seed) => seed))("leaves nothing covered in random graph %i", async (seed) => {
    const { nodes, edges } = randomGraph(seed);
    const { boxes, curves } = await tidied(nodes, edges);
    expect(say(boxes, curves)).toEqual([]);
  });

  it("tells a covered edge and touching nodes, so that the tests above can fail", () => {
    const box = (id: string, x: number): Box => ({ id, x, y: 0, width: 80, height: 80 });
    const curve: Curve = { from: { x: 80, y: 40 }, to: { x: 400, y: 40 }, ends: ["a", "c"] };
    expect(say([box("a", 0), box("b", 200), box("c", 400)], [curve])).toEqual(["a → c under b"]);
    expect(say([box("a", 0), box("b", 90)], [])).toEqual(["a near b"]);
  });
});
