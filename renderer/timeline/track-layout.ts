/** @file Where the blocks of a timeline stand: one after another, the loss as the hinge between the passes. */
import type { Block, Timeline } from "./blocks";
import type { Names } from "./names";

export const blockWidth = 37;
export const blockHeight = 26;
export const lanePitch = 33;
const pitch = 41;
const lossWidth = 52;
const phaseGap = 22;
/** Of the words in a gradient's block: an advance of 11 px mono, and the letters that it holds at most. */
const [advance, mostLetters] = [6.6, 8];

export interface TrackLayout {
  /** Left edge and width of each block, in pixels. */
  readonly places: readonly { readonly left: number; readonly width: number }[];
  readonly width: number;
}

export function isLossBlock(block: Block, timeline: Timeline): boolean {
  return block.kind === "forward" && timeline.loss === block.entry;
}

/** What a gradient's block says: the parameter, without the module that holds it; "+=" where it adds up. */
export function gradientLabel(block: Block, name: string): string {
  const letters = Array.from(name.slice(name.lastIndexOf(".") + 1));
  const short = letters.length > mostLetters ? `${letters.slice(0, mostLetters - 1).join("")}…` : letters.join("");
  return (block.contribution ?? 0) > 0 ? `${short} +=` : short;
}

const phaseOf = (block: Block): "forward" | "backward" | "update" =>
  block.kind === "accumulate" ? "backward" : block.kind;

/** Places of all blocks, with a gap where a pass ends. */
export function layOut(blocks: readonly Block[], timeline: Timeline, names: Pick<Names, "blockName">): TrackLayout {
  const widthOf = (block: Block): number => {
    if (isLossBlock(block, timeline)) return lossWidth;
    if (block.kind !== "accumulate") return blockWidth;
    const label = gradientLabel(block, names.blockName(block, timeline));
    return Math.max(blockWidth, Math.ceil(label.length * advance) + 10);
  };
  let x = 0;
  const places = blocks.map((block, i) => {
    const before = blocks[i - 1];
    if (before !== undefined && phaseOf(before) !== phaseOf(block)) x += phaseGap;
    const width = widthOf(block);
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
