/** @file Zoom bands: they change late on the way back, and never let the page hold too many elements. */
import { describe, expect, it } from "vitest";
import type { NodeView } from "../nodes/node-view";
import type { CanvasNode } from "./derive-nodes";
import { bandOf, holds, meets, mountFor, shownBy } from "./zoom-band";

const view = { width: 100, height: 80, form: "bare", ports: [{}, {}, {}], fields: [] } as unknown as NodeView;
const grid: readonly CanvasNode[] = Array.from({ length: 10_000 }, (_, i) => ({
  id: `n${i}`,
  type: "chainrule",
  position: { x: (i % 100) * 120, y: Math.floor(i / 100) * 92 },
  data: { view, scope: "", turn: null },
}));

describe("zoom bands", () => {
  it("draw whole nodes from 50 %, light ones from 25 %, none below", () => {
    expect(bandOf(0.5, "full")).toBe("full");
    expect(bandOf(0.49, "full")).toBe("light");
    expect(bandOf(0.25, "light")).toBe("light");
    expect(bandOf(0.24, "light")).toBe("far");
  });

  it("go back only when the zoom is clearly past the limit, so that they do not flicker at it", () => {
    expect(bandOf(0.51, "light")).toBe("light");
    expect(bandOf(0.55, "light")).toBe("full");
    expect(bandOf(0.26, "far")).toBe("far");
    expect(bandOf(0.3, "far")).toBe("light");
  });

  it.each([0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1, 2])("keep the page below 6,000 elements at %f", (zoom) => {
    const shown = shownBy([-3000 * zoom, -2000 * zoom, zoom], 2560, 1300);
    const { band, area } = mountFor(grid, shown, bandOf(zoom, "full"));
    const mounted = band === "far" ? 0 : grid.filter((node) => meets(node, area)).length;
    expect(mounted * (band === "full" ? 14 : 4)).toBeLessThan(5000);
    if (band !== "far") expect(holds(area, shown)).toBe(true);
  });

  it("mount more than what is shown where the page can hold it, so that panning mounts nothing at once", () => {
    const shown = shownBy([-3000, -2000, 1], 960, 600);
    const { area } = mountFor(grid, shown, "full");
    expect(area.left).toBeLessThan(shown.left - 300);
  });
});
