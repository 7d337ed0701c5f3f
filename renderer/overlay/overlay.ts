/** @file The gradient overlay's state: statistics by edge, the window, and the layer that draws them. No React. */
import type { GradientWindow, OverlayMode, OverlaySettings, EdgeStatistics } from "./edge-style";
import { defaultWindow } from "./edge-style";
import type { Theme } from "../ui/tokens";
import type { LayerCounters } from "./edge-layer";

interface AttachedLayer {
  restyle(): void;
  counters(): LayerCounters | null;
}

/** What the last sample said of one edge, named by its input end. */
export interface EdgeSample {
  readonly value: EdgeStatistics;
  readonly gradient: EdgeStatistics | null;
  /** How many calls the edge has, and which of them this is. */
  readonly calls: number;
  readonly shown: number;
}

/** The key of an edge: its graph and its input end, which only one edge can have. */
export function edgeKey(graph: string, node: string, port: string): string {
  return `${graph}\u0000${node}\u0000${port}`;
}

export class Overlay {
  private layer: AttachedLayer | null = null;
  private samples = new Map<string, EdgeSample>();
  private readonly listeners = new Set<() => void>();
  private mode: OverlayMode = "magnitude";
  private gradientWindow: GradientWindow = defaultWindow;
  private follows = false;
  private isRunning = false;
  private gradients = false;
  private counts: ReadonlyMap<string, number> = new Map();
  /** Samples taken in so far. */
  updates = 0;
  /** Step of the newest sample; −1 before the first. */
  step = -1;

  attach(layer: AttachedLayer): void {
    this.layer = layer;
    layer.restyle();
  }

  detach(): void {
    this.layer = null;
  }

  restyle(): void {
    this.layer?.restyle();
  }

  counters(): LayerCounters | null {
    return this.layer?.counters() ?? null;
  }

  setMode(mode: OverlayMode): void {
    this.mode = mode;
    this.restyle();
  }

  /** A window that stays, or one that follows the gradients in whole decades. */
  setWindow(window: GradientWindow, follows: boolean): void {
    this.follows = follows;
    const { low, high } = this.gradientWindow;
    if (low !== window.low || high !== window.high) this.gradientWindow = { low: window.low, high: window.high };
    this.followGradients();
    this.restyle();
    for (const listener of this.listeners) listener();
  }

  private followGradients(): void {
    if (!this.follows) return;
    let [low, high] = [Infinity, -Infinity];
    for (const { gradient } of this.samples.values()) {
      if (gradient === null || !(gradient.rms > 0) || !Number.isFinite(gradient.rms)) continue;
      const decade = Math.log10(gradient.rms);
      low = Math.min(low, decade);
      high = Math.max(high, decade);
    }
    if (low > high) return;
    const next = { low: Math.floor(low), high: Math.max(Math.ceil(high), Math.floor(low) + 3) };
    if (next.low !== this.gradientWindow.low || next.high !== this.gradientWindow.high) this.gradientWindow = next;
  }

  get window(): GradientWindow {
    return this.gradientWindow;
  }

  setRunning(isRunning: boolean): void {
    this.isRunning = isRunning;
  }

  settings(theme: Theme): OverlaySettings {
    return { mode: this.mode, window: this.gradientWindow, theme, explodingRms: 1e6, vanishingRms: 1e-8 };
  }

  sample(key: string): EdgeSample | null {
    return this.samples.get(key) ?? null;
  }

  /** How many calls an edge had in the newest step. */
  calls(key: string): number {
    return this.counts.get(key) ?? this.samples.get(key)?.calls ?? 0;
  }

  entries(): IterableIterator<[string, EdgeSample]> {
    return this.samples.entries();
  }

  /** Takes a whole sample; one upload to the GPU follows, and nothing in React but who asked for it. */
  update(step: number, samples: Map<string, EdgeSample>, counts: ReadonlyMap<string, number> = new Map()): void {
    this.updates++;
    this.step = step;
    this.samples = samples;
    this.counts = counts;
    this.gradients = [...samples.values()].some((sample) => sample.gradient !== null);
    this.followGradients();
    this.restyle();
    for (const listener of this.listeners) listener();
  }

  clear(): void {
    this.update(-1, new Map());
  }

  hasGradients(): boolean {
    return this.gradients && this.mode !== "off";
  }

  hasValues(): boolean {
    return this.samples.size > 0 && this.mode !== "off";
  }

  /** Whether anything moves along the edges. */
  isFlowing(): boolean {
    return this.isRunning && this.hasValues();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
