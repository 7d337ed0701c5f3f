/** @file The camera that shows given nodes whole, beside the crumbs, the legend and the minimap. */
import type { CanvasNode } from "./derive-nodes";

interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** Screen pixels kept free at each side: crumbs and switches above, the legend below. */
const margin = { left: 14, right: 14, top: 44, bottom: 88 } as const;
/** The corner of the minimap, or of the zoom buttons above the legend where the pane is narrow; with its margin. */
function cornerOf(width: number): { readonly width: number; readonly height: number } {
  return width > narrow ? { width: 184, height: 138 } : { width: 184, height: 128 };
}
/** Pane width from which the minimap has room beside the legend. */
const narrow = 950;

function cameraFor(
  nodes: readonly CanvasNode[],
  width: number,
  height: number,
  bottom: number,
  most: number,
): Viewport {
  const left = Math.min(...nodes.map((node) => node.position.x));
  const top = Math.min(...nodes.map((node) => node.position.y));
  const right = Math.max(...nodes.map((node) => node.position.x + node.data.view.width));
  const low = Math.max(...nodes.map((node) => node.position.y + node.data.view.height));
  const [roomX, roomY] = [width - margin.left - margin.right, height - margin.top - bottom];
  const wanted = Math.min(roomX / Math.max(right - left, 1), roomY / Math.max(low - top, 1), most);
  const zoom = Math.max(wanted, 0.05);
  return {
    zoom,
    x: margin.left + (roomX - (right - left) * zoom) / 2 - left * zoom,
    y: margin.top + (roomY - (low - top) * zoom) / 2 - top * zoom,
  };
}

/** The viewport of a pane of this size, CSS pixels. No node ends up under the legend or the minimap. */
export function fitCamera(nodes: readonly CanvasNode[], width: number, height: number, most: number): Viewport {
  const corner = cornerOf(width);
  const camera = cameraFor(nodes, width, height, margin.bottom, most);
  const isCovered = nodes.some(({ position, data: { view } }) => {
    const right = (position.x + view.width) * camera.zoom + camera.x;
    const low = (position.y + view.height) * camera.zoom + camera.y;
    return right > width - corner.width && low > height - corner.height;
  });
  return isCovered ? cameraFor(nodes, width, height, corner.height + 4, most) : camera;
}

interface Pane {
  readonly transform: readonly [number, number, number];
  readonly width: number;
  readonly height: number;
}

/** Whether a node stands whole in the free part of the pane. */
export function isInView({ position, data: { view } }: CanvasNode, pane: Pane): boolean {
  const [x, y, zoom] = pane.transform;
  const [left, top] = [position.x * zoom + x, position.y * zoom + y];
  return (
    left >= margin.left &&
    top >= margin.top &&
    left + view.width * zoom <= pane.width - margin.right &&
    top + view.height * zoom <= pane.height - margin.bottom
  );
}
