/** @file Counts React commits of nodes: canvas.md's costs are counted, not timed. Tests read it off the page. */
import type { LayerCounters } from "../overlay/edge-layer";

const counts = { commits: 0, nodes: new Set<string>() };

/** Called by each node when it draws. */
export function countCommit(node: string): void {
  counts.commits++;
  counts.nodes.add(node);
}

/** What tests read off the page as `window.chainruleCounters`; reading changes nothing. */
export interface Counters {
  readonly commits: number;
  readonly nodes: readonly string[];
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
export function exposeCounters(layer: () => LayerCounters | null): void {
  Object.defineProperty(window, "chainruleCounters", {
    configurable: true,
    get: (): Counters => {
      const { geometryUploads, styleUploads, draws } = layer() ?? { geometryUploads: 0, styleUploads: 0, draws: 0 };
      return { commits: counts.commits, nodes: [...counts.nodes], geometryUploads, styleUploads, draws };
    },
  });
}
