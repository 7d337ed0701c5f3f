/** @file A first-fit allocator over byte ranges: pure bookkeeping, no memory of its own. */
import { invariant } from "../../ir/refusal";

interface Range {
  readonly offset: number;
  readonly size: number;
}

/** Rounds up to a multiple of `alignment`. */
export function alignUp(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/** Hands out ranges of [0, capacity) at multiples of the alignment; freed neighbours merge. */
export class FreeList {
  readonly alignment: number;
  #capacity = 0;
  #used = 0;
  #free: Range[] = [];

  constructor(alignment: number) {
    this.alignment = alignment;
  }

  /** Bytes handed out, each range rounded up to the alignment. */
  get used(): number {
    return this.#used;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Adds room at the end. */
  extend(capacity: number): void {
    invariant(capacity >= this.#capacity && capacity % this.alignment === 0, "a free list shrinks");
    if (capacity > this.#capacity) this.#insert({ offset: this.#capacity, size: capacity - this.#capacity });
    this.#capacity = capacity;
  }

  /** The offset of a free range, or null when none is large enough. */
  take(bytes: number): number | null {
    const size = Math.max(alignUp(bytes, this.alignment), this.alignment);
    const index = this.#free.findIndex((range) => range.size >= size);
    const range = this.#free[index];
    if (!range) return null;
    if (range.size === size) this.#free.splice(index, 1);
    else this.#free[index] = { offset: range.offset + size, size: range.size - size };
    this.#used += size;
    return range.offset;
  }

  /** Gives back what take(bytes) returned. */
  give(offset: number, bytes: number): void {
    const size = Math.max(alignUp(bytes, this.alignment), this.alignment);
    this.#used -= size;
    this.#insert({ offset, size });
  }

  /** The capacity at which take(bytes) would succeed. */
  neededCapacity(bytes: number): number {
    const size = Math.max(alignUp(bytes, this.alignment), this.alignment);
    const last = this.#free.at(-1);
    const tail = last && last.offset + last.size === this.#capacity ? last.size : 0;
    return this.#capacity + Math.max(size - tail, 0);
  }

  #insert(range: Range): void {
    let index = this.#free.findIndex((other) => other.offset > range.offset);
    if (index < 0) index = this.#free.length;
    let { offset, size } = range;
    const next = this.#free[index];
    if (next && offset + size === next.offset) {
      size += next.size;
      this.#free.splice(index, 1);
    }
    const previous = this.#free[index - 1];
    if (previous && previous.offset + previous.size === offset) {
      this.#free[index - 1] = { offset: previous.offset, size: previous.size + size };
    } else this.#free.splice(index, 0, { offset, size });
  }
}
