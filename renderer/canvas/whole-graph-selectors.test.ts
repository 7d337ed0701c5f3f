/** @file No selector over the whole node or edge array in canvas code (canvas.md, Costs): it would run at every frame of a drag. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const rooms = ["renderer/canvas", "renderer/nodes", "renderer/overlay"];

/** What of React Flow reads, or selects, every node or edge. */
const forbidden: readonly RegExp[] = [
  /\buse(Nodes|Edges|NodesState|EdgesState|NodesData)\b/,
  /\buseStore\(\s*\(?\w*\)?\s*=>[^;]*\.(nodes|edges|nodeLookup|edgeLookup|parentLookup)\b/,
  /\b(getNodes|getEdges)\(/,
];

function selectorsOver(source: string): readonly string[] {
  return forbidden.flatMap((pattern) => pattern.exec(source)?.[0] ?? []);
}

const files = rooms.flatMap((room) =>
  readdirSync(room)
    .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
    .map((name) => `${room}/${name}`),
);

describe("canvas code", () => {
  it.each(files)("selects no whole array in %s", (file) => {
    expect(selectorsOver(readFileSync(file, "utf8"))).toEqual([]);
  });

  it("would be caught if it did", () => {
    expect(selectorsOver("const all = useNodes();")).toHaveLength(1);
    expect(selectorsOver("const n = useStore((state) => state.nodes.length);")).toHaveLength(1);
    expect(selectorsOver("for (const node of flow.getNodes()) count++;")).toHaveLength(1);
    expect(selectorsOver("const zoom = useStore((state) => state.transform[2]);")).toHaveLength(0);
  });
});
