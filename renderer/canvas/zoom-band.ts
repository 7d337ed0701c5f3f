/** @file What is drawn at which zoom: whole nodes, light ones, or none while the GPU draws boxes. Pure. */
import type { NodeView } from "../nodes/node-view";
import type { CanvasNode } from "./derive-nodes";

export type ZoomBand = "full" | "light" | "far";

/** Zoom from which whole, and light, nodes are drawn; and how far one must go back for the change to be taken back. */
const limits = { full: 0.5, light: 0.25, hysteresis: 0.04 } as const;

/** The band of a zoom, given the one before. */
export function bandOf(zoom: number, before: ZoomBand): ZoomBand {
  const full = limits.full + (before === "full" ? 0 : limits.hysteresis);
  const light = limits.light + (before === "far" ? limits.hysteresis : 0);
  return zoom >= full ? "full" : zoom >= light ? "light" : "far";
}

/** The one of two bands that draws less. */
export function lighterOf(a: ZoomBand, b: ZoomBand): ZoomBand {
  if (a === "far" || b === "far") return "far";
  return a === "light" ? a : b;
}

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What a pane shows of the canvas. */
export function shownBy(transform: readonly [number, number, number], width: number, height: number): Rectangle {
  const [x, y, zoom] = transform;
  return { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom };
}

function grown({ left, top, right, bottom }: Rectangle, share: number): Rectangle {
  const [dx, dy] = [(right - left) * share, (bottom - top) * share];
  return { left: left - dx, top: top - dy, right: right + dx, bottom: bottom + dy };
}

export function holds(outer: Rectangle, inner: Rectangle): boolean {
  return (
    outer.left <= inner.left && outer.top <= inner.top && outer.right >= inner.right && outer.bottom >= inner.bottom
  );
}

export function isIn({ left, top, right, bottom }: Rectangle, x: number, y: number): boolean {
  return x >= left && x <= right && y >= top && y <= bottom;
}

export function meets({ position, data: { view } }: CanvasNode, area: Rectangle): boolean {
  return (
    position.x < area.right &&
    position.x + view.width > area.left &&
    position.y < area.bottom &&
    position.y + view.height > area.top
  );
}

/** Elements that a page may hold for nodes, so that all of it stays below 6,000 (canvas.md, Costs). */
const elementBudget = 4800;

/** About how many elements a node is. */
function elementsOf(view: NodeView, band: ZoomBand): number {
  return band === "light" ? 4 : 11 + view.ports.length + 3 * view.fields.length + (view.form === "region" ? 8 : 0);
}

/** What is mounted: a band, and the area whose nodes are in the page. */
export interface Mounted {
  readonly band: ZoomBand;
  readonly area: Rectangle;
}

/** Elements up to which a whole graph is mounted, wherever the camera is. */
const wholeBudget = 2400;
const everywhere: Rectangle = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };

/** Nothing is known yet of what is shown. */
export const mountAll: Mounted = { band: "full", area: everywhere };

/** The widest area round what is shown whose nodes the page can hold; light nodes, then none, where whole ones are too many. */
export function mountFor(nodes: readonly CanvasNode[], shown: Rectangle, wanted: ZoomBand): Mounted {
  for (const band of ["full", "light"] as const) {
    if (wanted === "far" || (wanted === "light" && band === "full")) continue;
    const elementsIn = (area: Rectangle): number => {
      let elements = 0;
      for (const node of nodes) if (meets(node, area)) elements += elementsOf(node.data.view, band);
      return elements;
    };
    if (elementsIn(everywhere) <= wholeBudget) return { band, area: everywhere };
    for (const share of [0.6, 0.3, 0.1, 0]) {
      const area = grown(shown, share);
      if (elementsIn(area) <= elementBudget) return { band, area };
    }
  }
  return { band: "far", area: shown };
}
