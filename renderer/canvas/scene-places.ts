/** @file From canvas pixels to the places that documents store, for the graph entered and for regions in it. */
import type { Point } from "../overlay/edge-geometry";
import type { Scene } from "./derive-nodes";
import type { Scope } from "./scopes";

/** The innermost scope under a place, or the one of that key, with the place as its graph stores it. */
export function scopeAt(
  scene: Scene,
  place: Point,
  key?: string,
): { readonly scope: Scope; readonly local: Point } | null {
  const box = scene.boxes
    .filter(({ scope, left, top, width, height }) =>
      key === undefined
        ? place.x >= left && place.x <= left + width && place.y >= top && place.y <= top + height
        : scope.key === key,
    )
    .at(-1);
  const stage = scene.scopes.get("");
  if (box === undefined) return stage === undefined ? null : { scope: stage, local: place };
  return { scope: box.scope, local: { x: place.x - box.origin.x, y: place.y - box.origin.y } };
}

/** Where a node dragged to a place on the canvas is stored. */
export function toStored(scene: Scene, node: string, place: Point): Point {
  const shown = scene.nodes.find((candidate) => candidate.id === node);
  const stored = shown?.data.view.graph === undefined ? null : scene.stored.get(node);
  if (shown === undefined || stored === undefined || stored === null) return place;
  return {
    x: Math.round(stored.x + place.x - shown.position.x),
    y: Math.round(stored.y + place.y - shown.position.y),
  };
}
