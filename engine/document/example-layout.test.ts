/** @file The example documents are laid out well: on the grid, nothing over anything else, frames around what they hold. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Graph, GraphNode } from "./document";
import { parseDocument } from "./parse";

interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The size a node has on the canvas at most, in its usual form. */
function sizeOf(node: GraphNode, graph: Graph): readonly [width: number, height: number] {
  switch (node.kind) {
    case "call":
      return graph.members[node.member]?.type === "parameter" ? [120, 46] : [140, 120];
    case "effect":
      return node.effect.kind === "update" ? [220, 110] : [160, 86];
    case "repeat":
      return [380, 160];
    case "expression":
      return [200, 70];
    case "input":
    case "output":
    case "save":
      return [100, 60];
    case "reroute":
      return [20, 20];
    default:
      return [124, 80];
  }
}

function boxes(graph: Graph): readonly Box[] {
  return Object.values(graph.nodes).map((node) => {
    const [width, height] = sizeOf(node, graph);
    return { name: node.name, ...node.position, width, height };
  });
}

const apart = (a: Box, b: Box) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

const folder = new URL("../../assets/examples/", import.meta.url);
const graphs = readdirSync(folder).flatMap((file) => {
  const result = parseDocument(readFileSync(new URL(file, folder), "utf8"));
  return result.ok ? Object.entries(result.document.graphs).map(([id, graph]) => ({ file, id, graph })) : [];
});

describe("example documents", () => {
  it.each(graphs)("$file › $id has no node over another, and all on the 20 px grid", ({ graph }) => {
    const all = boxes(graph);
    const over = all.flatMap((a, i) => all.slice(i + 1).flatMap((b) => (apart(a, b) ? [] : [`${a.name}, ${b.name}`])));
    expect(over).toEqual([]);
    expect(all.filter(({ x, y }) => x % 20 !== 0 || y % 20 !== 0)).toEqual([]);
  });

  it.each(graphs)("$file › $id runs from left to right", ({ graph }) => {
    const backwards = graph.edges.filter(({ from, to }) => {
      const [a, b] = [graph.nodes[from[0]], graph.nodes[to[0]]];
      return a && b && a.position.x >= b.position.x;
    });
    // The gradients that are wired by hand come back to the left.
    expect(backwards.length).toBeLessThanOrEqual(
      graph.frames.some(({ title }) => title.startsWith("Backward")) ? 4 : 0,
    );
  });

  it.each(graphs.filter(({ graph }) => graph.frames.length + graph.notes.length > 0))(
    "$file › $id has frames that hold nodes whole, and notes beside them",
    ({ graph }) => {
      const all = boxes(graph);
      for (const { title, position, size } of graph.frames) {
        const frame: Box = { name: title, ...position, ...size };
        const touched = all.filter((box) => !apart(box, frame));
        const inside = touched.filter(
          (box) =>
            box.x >= frame.x && box.y >= frame.y && box.x + box.width <= frame.x + frame.width && box.y + box.height <= frame.y + frame.height,
        ); // prettier-ignore
        expect(touched.filter((box) => !inside.includes(box)).map((box) => box.name)).toEqual([]);
        expect(inside.length).toBeGreaterThan(1);
      }
      for (const { id, position, size } of graph.notes) {
        const note: Box = { name: id, ...position, ...size };
        expect(all.filter((box) => !apart(box, note)).map((box) => box.name)).toEqual([]);
      }
    },
  );
});
