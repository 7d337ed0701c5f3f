/** @file allocate: places in the scratch area for temporaries, shared by those that never live at once. */

/** A temporary: its bytes, and the first and last kernel that touch it. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

const alignment = 16;

/** The byte offset of each temporary, multiples of 16, and the size of the area: large ones first, each as low as it fits. */
export function allocate(lifetimes: readonly Lifetime[]): {
  readonly offsets: readonly number[];
  readonly bytes: number;
} {
  const offsets = new Array<number>(lifetimes.length).fill(0);
  const order = lifetimes
    .map((_, i) => i)
    .sort((x, y) => (lifetimes[y]?.bytes ?? 0) - (lifetimes[x]?.bytes ?? 0) || x - y);
  const placed: { readonly from: number; readonly to: number; readonly life: Lifetime }[] = [];
  let total = 0;
  for (const i of order) {
    const life = lifetimes[i];
    if (!life) continue;
    const size = Math.ceil(life.bytes / alignment) * alignment;
    const meeting = placed.filter((p) => p.life.first <= life.last && life.first <= p.life.last);
    meeting.sort((a, b) => a.from - b.from);
    let from = 0;
    for (const other of meeting) {
      if (other.from - from >= size) break;
      from = Math.max(from, other.to);
    }
    offsets[i] = from;
    placed.push({ from, to: from + size, life });
    total = Math.max(total, from + size);
  }
  return { offsets, bytes: total };
}
