/** @file The newest values the engine sent, by port: what previews in nodes and plots draw. Kept out of React's state. */
import type { TensorView } from "@chainrule/engine/session";

/** A value and the gradient that reached it, of one port. */
export interface LiveValue {
  readonly value: TensorView | null;
  readonly gradient: TensorView | null;
  readonly step: number;
  /** The document changed since in a way that changes what this value means. */
  readonly isStale: boolean;
}

/** The key of a port of a graph. */
export function portKey(graph: string, node: string, port: string): string {
  return `${graph}\u0000${node}\u0000${port}`;
}

/** A table of values that tells only those who look at what changed. */
export class LiveValues {
  private readonly values = new Map<string, LiveValue>();
  private readonly listeners = new Map<string, Set<() => void>>();

  get(key: string): LiveValue | null {
    return this.values.get(key) ?? null;
  }

  set(key: string, value: LiveValue): void {
    this.values.set(key, value);
    for (const listener of this.listeners.get(key) ?? []) listener();
  }

  /** Marks values as stale, or forgets all of them. */
  markStale(keys: Iterable<string>): void {
    for (const key of keys) {
      const known = this.values.get(key);
      if (known !== undefined && !known.isStale) this.set(key, { ...known, isStale: true });
    }
  }

  clear(): void {
    const keys = [...this.values.keys()];
    this.values.clear();
    for (const key of keys) for (const listener of this.listeners.get(key) ?? []) listener();
  }

  keys(): IterableIterator<string> {
    return this.values.keys();
  }

  subscribe(key: string, listener: () => void): () => void {
    const known = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, known);
    known.add(listener);
    return () => {
      known.delete(listener);
      if (known.size === 0) this.listeners.delete(key);
    };
  }
}
