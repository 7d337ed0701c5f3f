/** @file The leader line of the timeline: straight where nothing is in its way, else over or under what is. */
import { describe, expect, it } from "vitest";
import { goesLeft, leaderRoute } from "./leader-route";

const node = { x: 100, y: 300, width: 80, height: 60 };
const card = { x: 500, y: 50, width: 300, height: 200 };
const between = { x: 250, y: 310, width: 60, height: 40 };

describe("the leader line", () => {
  it("leaves at the output and goes straight across", () => {
    const beside = { ...card, y: 250 };
    expect(leaderRoute(node, 30, beside, [])?.every(({ y }) => y === 330)).toBe(true);
  });

  it("goes over a node that stands in its way", () => {
    const route = leaderRoute(node, 30, card, [between]);
    expect(route?.[0]).toEqual({ x: 140, y: 292 });
    expect(route?.at(-1)).toMatchObject({ x: 500 });
    expect(route?.slice(1).every(({ y }) => y < between.y && y >= card.y && y <= card.y + card.height)).toBe(true);
  });

  it("crosses what it must where every way is taken", () => {
    const wall = { x: 250, y: 0, width: 60, height: 600 };
    expect(leaderRoute(node, 30, card, [wall])?.[0]).toEqual({ x: 188, y: 330 });
  });

  it("is not drawn to a card that the node lies under", () => {
    expect(leaderRoute({ ...node, x: 450 }, 30, card, [])).toBeNull();
  });

  it("leads to the left where the card stands there", () => {
    const right = { ...node, x: 900 };
    expect(leaderRoute(right, 30, { ...card, x: 20, y: 250 }, [])).toEqual([
      { x: 892, y: 330 },
      { x: 334, y: 330 },
      { x: 334, y: 330 },
      { x: 320, y: 330 },
    ]);
  });
});

describe("the card", () => {
  it("goes left where it would lie over the node, and there is room", () => {
    const width = 812;
    expect(goesLeft({ ...node, x: 600, y: 100 }, card, width)).toBe(true);
    expect(goesLeft({ ...node, x: 600, y: 100 }, { ...card, height: 20 }, width)).toBe(false);
    expect(goesLeft({ ...node, x: 200, y: 100 }, card, width)).toBe(false);
    expect(goesLeft({ ...node, x: 250, y: 100, width: 300 }, card, width)).toBe(false);
  });
});
