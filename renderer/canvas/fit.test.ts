/** @file The camera that shows all of a graph. */
import { describe, expect, it } from "vitest";
import { fitCamera, nearestZoom, type FitBox } from "./fit";

const [width, height] = [960, 588];
const box = (x: number, y: number): FitBox => ({ x, y, width: 96, height: 80 });

/** The boxes that lie whole in the pane. */
function shown(boxes: readonly FitBox[], most = 1.1): readonly FitBox[] {
  const { x, y, zoom } = fitCamera(boxes, width, height, most);
  return boxes.filter((each) => {
    const [left, top] = [each.x * zoom + x, each.y * zoom + y];
    return left >= 0 && top >= 0 && left + each.width * zoom <= width && top + each.height * zoom <= height;
  });
}

describe("the camera that fits a graph", () => {
  const graph = [box(0, 0), box(400, 0), box(900, 300), box(300, 500)];

  it("shows all of it", () => {
    expect(shown(graph)).toEqual(graph);
  });

  it("shows the crowd where one node lies too far away to be shown with it", () => {
    expect(shown([...graph, box(1e9, -1e9)])).toEqual(graph);
  });

  it("comes nearer in a large pane only", () => {
    expect(nearestZoom(960)).toBe(1.1);
    expect(nearestZoom(2080)).toBeGreaterThan(1.5);
    expect(nearestZoom(20_000)).toBeLessThanOrEqual(1.75);
  });
});
