/** @file Counts React commits of nodes: canvas.md's costs are counted, not timed. Tests read it off the page. */
import type { LayerCounters } from "../overlay/edge-layer";

const counts = { commits: 0, byNode: new Map<string, number>() };

/** Called by each node, and by the canvas itself, when it draws. */
export function countCommit(node: string): void {
  counts.commits++;
  counts.byNode.set(node, (counts.byNode.get(node) ?? 0) + 1);
}

/** What tests read off the page as `window.chainruleCounters`; reading changes nothing. */
export interface Counters {
  readonly commits: number;
  /** How often each node drew; "canvas" is the canvas itself. */
  readonly byNode: Readonly<Record<string, number>>;
  /** Samples of gradients taken in. */
  readonly gradientUpdates: number;
  readonly geometryUploads: number;
  readonly styleUploads: number;
  readonly draws: number;
}

declare global {
  interface Window {
    readonly chainruleCounters?: Counters;
  }
}

/** Puts the counters on the page, read-only. */
export function exposeCounters(layer: () => LayerCounters | null, gradientUpdates: () => number): void {
  Object.defineProperty(window, "chainruleCounters", {
    configurable: true,
    get: (): Counters => {
      const { geometryUploads, styleUploads, draws } = layer() ?? { geometryUploads: 0, styleUploads: 0, draws: 0 };
      return {
        commits: counts.commits,
        byNode: Object.fromEntries(counts.byNode),
        gradientUpdates: gradientUpdates(),
        geometryUploads,
        styleUploads,
        draws,
      };
    },
  });
}
