/** @file allocate: places in the scratch area for temporaries, shared by those that never live at once. */

/** A temporary: its bytes, and the first and last kernel that touch it. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

const alignment = 16;

/** Where in the list the first place begins that lies after `from`. */
function firstAfter(placed: readonly { readonly from: number }[], from: number): number {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle]?.from ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The byte offset of each temporary, multiples of 16, and the size of the area: large ones first, each as low as it fits. */
export function allocate(lifetimes: readonly Lifetime[]): {
  readonly offsets: readonly number[];
  readonly bytes: number;
} {
  const offsets = new Array<number>(lifetimes.length).fill(0);
  const order = lifetimes
    .map((_, i) => i)
    .sort((x, y) => (lifetimes[y]?.bytes ?? 0) - (lifetimes[x]?.bytes ?? 0) || x - y);
  // By where they begin, so that gaps are met in order.
  const placed: { readonly from: number; readonly to: number; readonly life: Lifetime }[] = [];
  let total = 0;
  for (const i of order) {
    const life = lifetimes[i];
    if (!life) continue;
    const size = Math.ceil(life.bytes / alignment) * alignment;
    let from = 0;
    for (const other of placed) {
      if (other.life.first > life.last || life.first > other.life.last) continue;
      if (other.from - from >= size) break;
      from = Math.max(from, other.to);
    }
    offsets[i] = from;
    placed.splice(firstAfter(placed, from), 0, { from, to: from + size, life });
    total = Math.max(total, from + size);
  }
  return { offsets, bytes: total };
}
