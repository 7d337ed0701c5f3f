/** @file The loss chart's scale, in powers of ten: its range, its marks, and where the newest number stands clear of the curve. */

/** A loss as its power of ten; null where a logarithmic scale has no place for it. */
export function toDecade(loss: number): number | null {
  return loss > 0 && Number.isFinite(loss) ? Math.log10(loss) : null;
}

/** Whole decades around low … high, at least one; one around 1 where there is no loss to show. */
export function wholeDecades(low: number | null, high: number | null): [number, number] {
  const from = Math.floor((low ?? 0) + 1e-9);
  return [from, Math.max(Math.ceil((high ?? 1) - 1e-9), from + 1)];
}

/** Between two marks, in decades. */
const steps = [1, 2, 5, 10, 20, 50, 100] as const;
const mostGaps = 5;

/** A mark a decade, or every few where a run spans many. */
export function decadeMarks(low: number, high: number): number[] {
  const every = steps.find((step) => (high - low) / step <= mostGaps) ?? 200;
  const from = Math.ceil(low / every - 1e-9);
  const to = Math.floor(high / every + 1e-9);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => (from + i) * every);
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Sides of a rectangle; y grows downwards. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The curve's highest and lowest y between two x. */
function reach(curve: readonly Spot[], left: number, right: number): readonly [number, number] | null {
  let [top, bottom] = [Infinity, -Infinity];
  for (const [i, to] of curve.entries()) {
    const from = curve[Math.max(i - 1, 0)] ?? to;
    if (to.x < left || from.x > right) continue;
    const at = (x: number): number =>
      to.x === from.x ? to.y : from.y + ((to.y - from.y) * (x - from.x)) / (to.x - from.x);
    for (const y of [from.x < left ? at(left) : from.y, to.x > right ? at(right) : to.y]) {
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return top > bottom ? null : [top, bottom];
}

/**
 * Middle left of a label beside the curve's head: to its right where there is room, else over or under the part of the curve that
 * it would cover, whichever is nearer and inside the area. Lengths are in the unit of the spots.
 */
export function placeLabel(
  head: Spot,
  curve: readonly Spot[],
  { width, height }: { readonly width: number; readonly height: number },
  area: Area,
): Spot {
  const half = height / 2;
  const inside = (y: number): number => Math.min(Math.max(y, area.top + half), area.bottom - half);
  if (head.x + half + width + half <= area.right) return { x: head.x + height, y: inside(head.y) };
  const left = Math.min(head.x + half, area.right) - width;
  const covered = reach(curve, left - half, left + width + half);
  const [top, bottom] = [Math.min(covered?.[0] ?? head.y, head.y), Math.max(covered?.[1] ?? head.y, head.y)];
  const [over, under] = [top - height, bottom + height];
  const fitsOver = over - half >= area.top;
  const fitsUnder = under + half <= area.bottom;
  const nearer = head.y - over <= under - head.y ? over : under;
  return { x: left, y: fitsOver && fitsUnder ? nearer : fitsUnder ? under : inside(over) };
}
