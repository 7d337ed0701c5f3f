/** @file The timeline of one step: its blocks, where the playhead stands, and what has been passed. */
import type { Analysis } from "@chainrule/engine/analysis";
import { createStore, type StoreApi } from "zustand/vanilla";
import { blocksOf, nodeKeyOf, type Block, type Timeline } from "./blocks";

export const speeds = [0.25, 1, 4] as const;
export type Speed = (typeof speeds)[number];

export interface TimelineState {
  readonly timeline: Timeline | null;
  /** Why the last step could not be recorded. */
  readonly failure: string | null;
  /** The findings on the document that was recorded, or refused: another one is recorded anew. */
  readonly recordedFor: Analysis | null;
  readonly blocks: readonly Block[];
  /** Index into blocks; −1 before the first. */
  readonly at: number;
  readonly isPlaying: boolean;
  readonly speed: Speed;
  /** The node of the block the playhead is on, by its key. */
  readonly activeNode: string | null;
  /** Nodes whose backward has been passed in all their turns, by their keys. */
  readonly backwardDone: ReadonlySet<string>;
  /** RMS above which playing stops, null for never. */
  readonly stopAbove: number | null;
  readonly stopOnNaN: boolean;
}

export const emptyTimeline: TimelineState = {
  timeline: null,
  failure: null,
  recordedFor: null,
  blocks: [],
  at: -1,
  isPlaying: false,
  speed: 1,
  activeNode: null,
  backwardDone: new Set(),
  stopAbove: null,
  stopOnNaN: true,
};

function passed(blocks: readonly Block[], at: number): ReadonlySet<string> {
  const last = new Map<string, number>();
  blocks.forEach((block, i) => {
    if (block.kind === "backward" || block.kind === "accumulate") last.set(nodeKeyOf(block), i);
  });
  return new Set([...last].flatMap(([node, i]) => (i <= at ? [node] : [])));
}

/** A timeline with no step on it. */
export function createTimeline(): StoreApi<TimelineState> {
  return createStore<TimelineState>(() => emptyTimeline);
}

/** Shows a step from its beginning; speed and stops stay as they are. */
export function showTimeline(store: StoreApi<TimelineState>, timeline: Timeline): void {
  const { speed, stopAbove, stopOnNaN, recordedFor } = store.getState();
  const kept = { speed, stopAbove, stopOnNaN, recordedFor };
  store.setState({ ...emptyTimeline, ...kept, timeline, blocks: blocksOf(timeline) });
}

/** Puts the playhead on a block, clamped to those there are; goes backwards as well. */
export function seek(store: StoreApi<TimelineState>, at: number): void {
  const { timeline, blocks } = store.getState();
  if (timeline === null) return;
  const index = Math.min(Math.max(at, -1), blocks.length - 1);
  const block = blocks[index];
  const activeNode = block === undefined ? null : nodeKeyOf(block);
  store.setState({ at: index, activeNode, backwardDone: passed(blocks, index) });
}

/** Why playing should stop at a block besides a breakpoint of its node: NaN or infinity, or a gradient above the limit. */
export function stopsAt(state: TimelineState, index: number): boolean {
  const block = state.blocks[index];
  const entry = state.timeline?.entries[block?.entry ?? -1];
  if (block === undefined || entry === undefined) return false;
  const view = block.kind === "forward" || block.kind === "update" ? entry.value : entry.gradient;
  if (view === null) return false;
  const { rms, nan, inf } = view.statistics;
  return (
    (state.stopOnNaN && nan + inf > 0) ||
    (block.kind !== "forward" && state.stopAbove !== null && rms > state.stopAbove)
  );
}
