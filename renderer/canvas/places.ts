/** @file Where things are on the canvas and where there is room: walking from node to node, and placing without a pointer. */
import type { Edge, NodeId } from "@chainrule/engine/analysis";
import type { Point } from "../overlay/edge-geometry";

export type Direction = "left" | "right" | "up" | "down";

/** A node's box; canvas pixels. */
export interface NodeBox {
  readonly id: NodeId;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly selected: boolean;
}

const centre = (box: NodeBox): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** How far along a direction, and how far beside it. */
function offset(from: Point, to: Point, direction: Direction): { readonly along: number; readonly beside: number } {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  switch (direction) {
    case "left":
      return { along: -dx, beside: Math.abs(dy) };
    case "right":
      return { along: dx, beside: Math.abs(dy) };
    case "up":
      return { along: -dy, beside: Math.abs(dx) };
    case "down":
      return { along: dy, beside: Math.abs(dx) };
  }
}

/** The node to go to from one: along an edge to the left or right where there is one, else the nearest that way. */
export function nodeTowards(
  boxes: readonly NodeBox[],
  edges: readonly Edge[],
  from: NodeId,
  direction: Direction,
): NodeId | null {
  const start = boxes.find((box) => box.id === from);
  if (start === undefined) return null;
  const joined = new Set<NodeId>(
    edges.flatMap((edge) => {
      if (direction === "left" && edge.to[0] === from) return [edge.from[0]];
      return direction === "right" && edge.from[0] === from ? [edge.to[0]] : [];
    }),
  );
  const rank = (box: NodeBox): number => {
    const { along, beside } = offset(centre(start), centre(box), direction);
    return along + 2 * beside;
  };
  const isThatWay = (box: NodeBox): boolean => {
    const { along, beside } = offset(centre(start), centre(box), direction);
    return along > 1 && beside <= 3 * along;
  };
  const others = boxes.filter((box) => box.id !== from);
  const along = others.filter((box) => joined.has(box.id));
  const candidates = along.length > 0 ? along : others.filter(isThatWay);
  return candidates.reduce<NodeBox | null>((best, box) => (best === null || rank(box) < rank(best) ? box : best), null)?.id ?? null; // prettier-ignore
}

/** The node from which walking begins: the one nearest to the top left. */
export function firstNode(boxes: readonly NodeBox[]): NodeId | null {
  return boxes.reduce<NodeBox | null>((best, box) => (best === null || box.x + box.y < best.x + best.y ? box : best), null)?.id ?? null; // prettier-ignore
}

const roomFor = { width: 132, height: 84 };
const gap = 18;

/** A place at or below `wanted`, column by column, where a new node covers nothing. */
export function freePlace(boxes: readonly NodeBox[], wanted: Point): Point {
  const isFree = ({ x, y }: Point): boolean =>
    boxes.every(
      (box) =>
        x + roomFor.width + gap <= box.x ||
        box.x + box.width + gap <= x ||
        y + roomFor.height + gap <= box.y ||
        box.y + box.height + gap <= y,
    );
  for (let column = 0; column < 12; column++) {
    for (let row = 0; row < 8; row++) {
      const place = { x: wanted.x + column * (roomFor.width + gap), y: wanted.y + row * (roomFor.height / 2 + gap) };
      if (isFree(place)) return place;
    }
  }
  return wanted;
}
