/** @file The timeline of one step: its blocks, where the playhead stands, and what has been passed. */
import type { NodeId } from "@chainrule/engine/analysis";
import type { Reply } from "@chainrule/engine/session";
import { createStore, type StoreApi } from "zustand/vanilla";

export type Timeline = Reply<"timeline">;
export type TimelineEntry = Timeline["entries"][number];

export const speeds = [0.25, 1, 4] as const;
export type Speed = (typeof speeds)[number];

export interface TimelineState {
  readonly timeline: Timeline | null;
  /** Positions of the entries that are blocks, in the order of the step. */
  readonly blocks: readonly number[];
  /** Index into blocks; −1 before the first. */
  readonly at: number;
  readonly isPlaying: boolean;
  readonly speed: Speed;
  /** The node of the block the playhead is on. */
  readonly activeNode: NodeId | null;
  /** Nodes whose backward blocks have all been passed. */
  readonly backwardDone: ReadonlySet<NodeId>;
}

export const emptyTimeline: TimelineState = {
  timeline: null,
  blocks: [],
  at: -1,
  isPlaying: false,
  speed: 1,
  activeNode: null,
  backwardDone: new Set(),
};

/** Entries that compute something: what a person steps through. */
function blocksOf(timeline: Timeline): readonly number[] {
  return timeline.entries.flatMap((entry, i) => (entry.kind === "op" && entry.origin.node !== null ? [i] : []));
}

function passed(timeline: Timeline, blocks: readonly number[], at: number): ReadonlySet<NodeId> {
  const last = new Map<NodeId, number>();
  blocks.forEach((position, i) => {
    const entry = timeline.entries[position];
    if (entry?.origin.phase === "backward" && entry.origin.node !== null) last.set(entry.origin.node, i);
  });
  return new Set([...last].flatMap(([node, i]) => (i <= at ? [node] : [])));
}

export function createTimeline(): StoreApi<TimelineState> {
  return createStore<TimelineState>(() => emptyTimeline);
}

/** Shows a step from its beginning. */
export function showTimeline(store: StoreApi<TimelineState>, timeline: Timeline): void {
  store.setState({ ...emptyTimeline, speed: store.getState().speed, timeline, blocks: blocksOf(timeline) });
}

/** Puts the playhead on a block, clamped to those there are; goes backwards as well. */
export function seek(store: StoreApi<TimelineState>, at: number): void {
  const { timeline, blocks } = store.getState();
  if (timeline === null) return;
  const index = Math.min(Math.max(at, -1), blocks.length - 1);
  const entry = timeline.entries[blocks[index] ?? -1];
  store.setState({ at: index, activeNode: entry?.origin.node ?? null, backwardDone: passed(timeline, blocks, index) });
}
