/** @file The camera that shows given nodes whole, beside the crumbs, the legend and the minimap. */
import type { CanvasNode } from "./derive-nodes";

interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** Screen pixels kept free at each side: crumbs and switches above, the legend below. */
const margin = { left: 14, right: 14, top: 40, bottom: 80 } as const;
/** The corner of the minimap, or of the zoom buttons above the legend where the pane is narrow; with its margin. */
function cornerOf(width: number): { readonly width: number; readonly height: number } {
  return width > narrow ? { width: 184, height: 138 } : { width: 184, height: 128 };
}
/** Pane width from which the minimap has room beside the legend. */
const narrow = 950;

/** What must be in view: nodes, and frames with their titles. */
export interface FitBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The box of a node. */
export function boxOf({ position, data: { view } }: CanvasNode): FitBox {
  return { ...position, width: view.width, height: view.height };
}

/** Farther than this a camera shows nothing that can be told apart. */
const farthest = 0.05;

const middle = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** Those around the middle one that a camera can show at once: something lies so far off that not all of them can be. */
function crowdOf(boxes: readonly FitBox[], roomX: number, roomY: number): readonly FitBox[] {
  const [x, y] = [middle(boxes.map((box) => box.x)), middle(boxes.map((box) => box.y))];
  const [wide, high] = [roomX / farthest / 2, roomY / farthest / 2];
  return boxes.filter((box) => Math.abs(box.x - x) < wide && Math.abs(box.y - y) < high);
}

function cameraFor(boxes: readonly FitBox[], width: number, height: number, bottom: number, most: number): Viewport {
  let [left, top, right, low] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    low = Math.max(low, box.y + box.height);
  }
  const [roomX, roomY] = [width - margin.left - margin.right, height - margin.top - bottom];
  const wanted = Math.min(roomX / Math.max(right - left, 1), roomY / Math.max(low - top, 1), most);
  if (wanted < farthest) {
    const crowd = crowdOf(boxes, roomX, roomY);
    if (crowd.length > 0 && crowd.length < boxes.length) return cameraFor(crowd, width, height, bottom, most);
  }
  const zoom = Math.max(wanted, farthest);
  return {
    zoom,
    x: margin.left + (roomX - (right - left) * zoom) / 2 - left * zoom,
    y: margin.top + (roomY - (low - top) * zoom) / 2 - top * zoom,
  };
}

/** The viewport of a pane of this size, CSS pixels. No box ends up under the legend or the minimap. */
export function fitCamera(boxes: readonly FitBox[], width: number, height: number, most: number): Viewport {
  const corner = cornerOf(width);
  const camera = cameraFor(boxes, width, height, margin.bottom, most);
  const isCovered = boxes.some((box) => {
    const right = (box.x + box.width) * camera.zoom + camera.x;
    const low = (box.y + box.height) * camera.zoom + camera.y;
    return right > width - corner.width && low > height - corner.height;
  });
  return isCovered ? cameraFor(boxes, width, height, corner.height + 4, most) : camera;
}

/** A fit begins no nearer than this: a large window, or a projector's, shows the same graph larger. */
export function nearestZoom(paneWidth: number): number {
  return Math.min(Math.max(1.1, paneWidth / 1200), 1.75);
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
