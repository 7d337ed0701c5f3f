import { describe, expect, it } from "vitest";
import { decadeMarks, placeLabel, toDecade, wholeDecades } from "./loss-scale";

describe("the scale of the loss", () => {
  it("has no place for what is not above zero or not finite", () => {
    expect([100, 0, -1, NaN, Infinity].map(toDecade)).toEqual([2, null, null, null, null]);
  });

  it("ends at whole decades and spans at least one", () => {
    expect(wholeDecades(1.09, 5.3)).toEqual([1, 6]);
    expect(wholeDecades(2, 2)).toEqual([2, 3]);
    expect(wholeDecades(null, null)).toEqual([0, 1]);
  });

  it.each([
    [1, 6],
    [5, 38],
    [-8, 2],
    [-300, 308],
  ])("marks 1e%i … 1e%i with two to six round powers inside it", (low, high) => {
    const marks = decadeMarks(low, high);
    expect(marks.length).toBeGreaterThanOrEqual(2);
    expect(marks.length).toBeLessThanOrEqual(7);
    const every = (marks[1] ?? 0) - (marks[0] ?? 0);
    for (const mark of marks) {
      expect(mark).toBeGreaterThanOrEqual(low);
      expect(mark).toBeLessThanOrEqual(high);
      expect(Math.abs(mark % every)).toBe(0);
    }
  });
});

describe("the number at the head", () => {
  const area = { left: 0, top: 0, right: 300, bottom: 150 };
  const size = { width: 40, height: 12 };
  /** How far the label's box is from the curve; 0 where they meet. */
  const clearance = (curve: readonly { x: number; y: number }[]): number => {
    const head = curve.at(-1) ?? { x: 0, y: 0 };
    const { x, y } = placeLabel(head, curve, size, area);
    expect(x + size.width).toBeLessThanOrEqual(area.right);
    expect(y - 6).toBeGreaterThanOrEqual(area.top);
    expect(y + 6).toBeLessThanOrEqual(area.bottom);
    const under = curve.filter((spot) => spot.x >= x && spot.x <= x + size.width);
    return Math.min(...under.map((spot) => Math.max(0, Math.abs(spot.y - y) - 6)));
  };
  const along = (end: number, y: (x: number) => number) => Array.from({ length: end + 1 }, (_, x) => ({ x, y: y(x) }));

  it("stands right of the head while there is room", () => {
    expect(
      placeLabel(
        { x: 100, y: 70 },
        along(100, () => 70),
        size,
        area,
      ),
    ).toEqual({ x: 112, y: 70 });
  });

  it.each([
    ["falls to the bottom", (x: number) => (x * 148) / 300],
    ["rises to the top", (x: number) => 150 - (x * 148) / 300],
    ["is flat at the bottom", () => 149],
    ["jumps about", (x: number) => (x % 7 === 0 ? 60 : 110)],
  ])("leaves a curve alone that %s", (_, y) => {
    expect(clearance(along(300, y))).toBeGreaterThan(2);
  });
});
