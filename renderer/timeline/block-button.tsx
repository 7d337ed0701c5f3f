/** @file One block of the timeline: an op forward, its backward with a band of its gradient's size, or a gradient that grows. */
import { memo } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { themeOf } from "../app/settings";
import { positionIn } from "../overlay/edge-style";
import { text } from "../text/text";
import { classNames } from "../ui/class-names";
import { rampInk } from "../ui/tokens";
import type { Block, Timeline } from "./blocks";
import { seek } from "./timeline-store";
import { blockHeight, gradientLabel, isLossBlock } from "./track-layout";

const words = text.timeline;

interface BlockProps {
  readonly block: Block;
  readonly timeline: Timeline;
  readonly index: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly glyph: string;
  readonly name: string;
}

/** Solid once the playhead has passed it, hollow before. */
export const BlockButton = memo(function BlockButton(props: BlockProps) {
  const { block, timeline, index, left, top, width, glyph, name } = props;
  const app = useApp();
  const isHere = useStore(app.timeline, (state) => state.at === index);
  const isPast = useStore(app.timeline, (state) => state.at >= index);
  /** The forward block whose backward the playhead is on. */
  const isTwin = useStore(app.timeline, (state) => {
    const active = state.blocks[state.at];
    return active?.kind === "backward" && block.kind === "forward" && active.entry === block.entry;
  });
  const theme = themeOf(useStore(app.settings, (state) => state.theme));
  const rms = timeline.entries[block.entry]?.gradient?.statistics.rms ?? 0;
  const ink = rampInk(theme, rms > 0 ? positionIn(app.overlay.window, rms) : 0);
  const isLoss = isLossBlock(block, timeline);
  const isGradient = block.kind === "accumulate";
  const label = `${words.kinds[block.kind]} ${name}`;
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      aria-current={isHere}
      onClick={() => seek(app.timeline, index)}
      className={classNames(
        "absolute flex items-center justify-center overflow-hidden rounded-field border font-mono text-[11px]",
        isHere
          ? "z-10 border-accent shadow-[0_0_0_1px_var(--accent)]"
          : isTwin
            ? "border-accent"
            : isGradient && isPast
              ? "border-member"
              : isPast
                ? "border-line2"
                : "border-line",
        !isPast && "text-text3",
        isPast &&
          (isLoss
            ? "bg-text font-semibold text-app"
            : isGradient
              ? "bg-member-soft text-member"
              : "bg-nodehead text-text"),
      )}
      style={{ left, top, width, height: blockHeight }}
    >
      <span
        className={classNames(
          "overflow-hidden px-0.5 whitespace-nowrap",
          block.kind === "backward" && isPast && "-mt-2 leading-none",
        )}
      >
        {isGradient ? gradientLabel(block, name) : isLoss ? words.loss : glyph}
      </span>
      {block.kind === "backward" && isPast && (
        <span className="absolute inset-x-0 bottom-0 h-[9px]" style={{ background: ink }} />
      )}
    </button>
  );
});
