/** @file Where the blocks of a timeline stand: one after another, the loss as the hinge between the passes. */
import type { Block, Timeline } from "./blocks";

export const blockWidth = 37;
export const blockHeight = 26;
export const lanePitch = 33;
const pitch = 41;
const lossWidth = 52;
const phaseGap = 22;

export interface TrackLayout {
  /** Left edge and width of each block, in pixels. */
  readonly places: readonly { readonly left: number; readonly width: number }[];
  readonly width: number;
}

export function isLossBlock(block: Block, timeline: Timeline): boolean {
  return block.kind === "forward" && timeline.loss === block.entry;
}

const phaseOf = (block: Block): "forward" | "backward" | "update" =>
  block.kind === "accumulate" ? "backward" : block.kind;

/** Places of all blocks, with a gap where a pass ends. */
export function layOut(blocks: readonly Block[], timeline: Timeline): TrackLayout {
  let x = 0;
  const places = blocks.map((block, i) => {
    const before = blocks[i - 1];
    if (before !== undefined && phaseOf(before) !== phaseOf(block)) x += phaseGap;
    const width = isLossBlock(block, timeline) ? lossWidth : blockWidth;
    const left = x;
    x += width + pitch - blockWidth;
    return { left, width };
  });
  return { places, width: x };
}

/** The block nearest to a place on the track. */
export function nearestBlock({ places }: TrackLayout, x: number): number {
  const distances = places.map(({ left, width }) => Math.abs(left + width / 2 - x));
  return distances.indexOf(Math.min(...distances));
}
