/** @file The way from a node to its chain-rule card that crosses the fewest other nodes. Screen pixels. */
import type { FitBox } from "./fit";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Kept free between the line and what it leaves or turns before. */
const gap = 8;
const turnBefore = 14;

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Whether a horizontal or vertical line meets a box. */
function meets(a: Point, b: Point, { x, y, width, height }: FitBox): boolean {
  return (
    Math.min(a.x, b.x) < x + width &&
    Math.max(a.x, b.x) > x &&
    Math.min(a.y, b.y) < y + height &&
    Math.max(a.y, b.y) > y
  );
}

const mirrored = ({ x, ...rest }: FitBox): FitBox => ({ ...rest, x: -x - rest.width });

/** Whether the card at its usual place, on the right, would lie over the node, and on the left would not. */
export function goesLeft(node: FitBox, card: FitBox, width: number): boolean {
  const edge = width - card.x - card.width;
  const meetsDown = node.y < card.y + card.height + gap && node.y + node.height > card.y - gap;
  return meetsDown && node.x + node.width + gap > card.x && node.x - gap > edge + card.width;
}

/** The corners of the line; null where the node is not beside the card. */
export function leaderRoute(
  node: FitBox,
  port: number,
  card: FitBox,
  others: readonly FitBox[],
): readonly Point[] | null {
  if (card.x + card.width / 2 > node.x + node.width / 2) return routeToRight(node, port, card, others);
  const route = routeToRight(mirrored(node), port, mirrored(card), others.map(mirrored));
  return route?.map(({ x, y }) => ({ x: -x, y })) ?? null;
}

/** To a card on the right. Straight across comes first among equals. */
function routeToRight(node: FitBox, port: number, card: FitBox, others: readonly FitBox[]): readonly Point[] | null {
  const side = { x: node.x + node.width + gap, y: node.y + port };
  if (side.x >= card.x) return null;
  const beside = clamp(side.y, card.y + turnBefore, card.y + card.height - turnBefore);
  const across = [
    side,
    { x: card.x - turnBefore, y: side.y },
    { x: card.x - turnBefore, y: beside },
    { x: card.x, y: beside },
  ];
  const middle = node.x + node.width / 2;
  const upright = (from: number, to: number): readonly Point[] => [
    { x: middle, y: from },
    { x: middle, y: to },
    { x: card.x, y: to },
  ];
  const [high, low] = [card.y + turnBefore, card.y + card.height - turnBefore];
  const routes = [
    across,
    ...(node.y - gap > high
      ? [upright(node.y - gap, Math.min(low, node.y - 2 * gap)), upright(node.y - gap, high)]
      : []),
    ...(node.y + node.height + gap < low ? [upright(node.y + node.height + gap, low)] : []),
  ];
  const crossed = (route: readonly Point[]): number =>
    others.filter((box) => route.some((point, i) => i > 0 && meets(route[i - 1] ?? point, point, box))).length;
  let [best, least]: [readonly Point[], number] = [across, Infinity];
  for (const route of routes) {
    const count = crossed(route);
    if (count < least) [best, least] = [route, count];
  }
  return best;
}
