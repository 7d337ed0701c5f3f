/** @file Words on edges cover neither nodes nor each other, and go where there is no room for them. */
import { expect, it } from "vitest";
import type { PlacedEdge } from "./edge-places";
import { placeLabels } from "./label-places";

const scope = { key: "", graph: "main", steps: [], calls: null };
function edge(x: number, y: number, toX: number, toY: number): PlacedEdge {
  return { scope, edge: { from: ["a", "out"], to: ["b", "input"] }, from: { x, y }, to: { x: toX, y: toY } };
}
const size = { width: 60, height: 14 };

it("stand above the middle of an edge that has room", () => {
  expect(placeLabels([edge(0, 0, 300, 0)], [size], [])).toEqual([{ x: 150, y: 0 }]);
});

it("move along the edge from a node that they would cover, and are left out between neighbours", () => {
  const node = { x: 130, y: -40, width: 60, height: 60 };
  const [moved] = placeLabels([edge(0, 0, 400, 0)], [size], [node]);
  expect(moved === null || moved === undefined || Math.abs(moved.x - 160) > 60).toBe(true);
  expect(moved).not.toBeNull();
  const neighbours = [
    { x: -80, y: -40, width: 80, height: 80 },
    { x: 30, y: -40, width: 80, height: 80 },
  ];
  expect(placeLabels([edge(0, 0, 30, 0)], [size], neighbours)).toEqual([null]);
});

it("do not cover one another", () => {
  const [first, second] = placeLabels([edge(0, 0, 300, 0), edge(0, 4, 300, 4)], [size, size], []);
  expect(first).not.toEqual(second);
});
