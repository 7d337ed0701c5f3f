/** @file Layout faults of a whole scene: each graph drawn on the canvas is judged by itself, with its open regions as boxes. */
import type { Scene } from "./derive-nodes";
import { layoutFaults, type Box, type Fault } from "./layout-faults";

/** The faults of every scope of a scene; ends and nodes are named by their keys on the canvas. */
export function sceneFaults(scene: Scene): readonly Fault[] {
  return [...scene.scopes.keys()].flatMap((scope) => {
    // What crosses a region's border begins on it: not a box of its own.
    const boxes = scene.nodes
      .filter(({ data }) => data.scope === scope && data.view.form !== "terminal")
      .map(({ id, position, data: { view } }): Box => ({ id, ...position, width: view.width, height: view.height }));
    const curves = scene.placed
      .filter((placed) => placed.scope.key === scope)
      .map(({ from, to, edge }) => ({ from, to, ends: [scope + edge.from[0], scope + edge.to[0]] as const }));
    return layoutFaults(boxes, curves);
  });
}
