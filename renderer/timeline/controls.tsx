/** @file The controls of the timeline: to either end, a step each way, play, speed, stops, and where the playhead is. */
import { ChevronFirst, ChevronLast, Pause, Play, RotateCw, StepBack, StepForward } from "lucide-react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { shownKeys } from "../commands/shown-keys";
import { text } from "../text/text";
import { Button, IconButton } from "../ui/button";
import { Segmented } from "../ui/segmented";
import { loadTimeline } from "./load-timeline";
import type { Names } from "./names";
import { Stops } from "./stops";
import { seek, speeds } from "./timeline-store";

const words = text.timeline;

function Where({ names }: { readonly names: Names }) {
  const app = useApp();
  const { at, blocks, timeline } = useStore(app.timeline);
  const next = blocks[at + 1];
  return (
    <span className="ml-auto flex shrink-0 items-baseline gap-2 pl-2 text-small whitespace-nowrap text-text2">
      <span data-testid="timeline-at">{words.at(at + 1, blocks.length)}</span>
      {next !== undefined && timeline !== null && (
        <span className="max-w-56 truncate text-text3 max-[1360px]:hidden">
          {words.nextIs}{" "}
          <span className="text-text">
            {next.kind === "accumulate" ? words.gradientOf(names.blockName(next, timeline)) : names.nameOf(next)}
          </span>{" "}
          {next.kind === "accumulate" ? "" : words.inLane(names.laneName(next.path))}
        </span>
      )}
    </span>
  );
}

/** One row above the lanes. */
export function Controls({ names }: { readonly names: Names }) {
  const app = useApp();
  const { at, blocks, isPlaying, speed } = useStore(app.timeline);
  const go = (to: number): void => seek(app.timeline, to);
  return (
    <div className="flex h-10 shrink-0 items-center gap-1 overflow-hidden border-b border-line px-2.5">
      <IconButton icon={ChevronFirst} label={words.first} onClick={() => go(0)} />
      <IconButton icon={StepBack} label={words.previous} keys={shownKeys("previousOp")} onClick={() => go(at - 1)} />
      <Button
        variant="primary"
        icon={isPlaying ? Pause : Play}
        className="min-w-[76px] justify-center"
        onClick={() => {
          if (at >= blocks.length - 1) go(0);
          app.timeline.setState({ isPlaying: !isPlaying });
        }}
      >
        {isPlaying ? words.pause : words.play}
      </Button>
      <IconButton icon={StepForward} label={words.next} keys={shownKeys("nextOp")} onClick={() => go(at + 1)} />
      <IconButton icon={ChevronLast} label={words.last} onClick={() => go(blocks.length - 1)} />
      <IconButton icon={RotateCw} label={words.load} onClick={() => void loadTimeline(app)} />
      <span className="mx-1.5 h-5 w-px shrink-0 bg-line" aria-hidden />
      <Segmented
        label={words.speed}
        value={String(speed)}
        options={speeds.map((value) => ({ value: String(value), label: value === 0.25 ? "¼×" : `${value}×` }))}
        onChange={(value) => app.timeline.setState({ speed: speeds.find((known) => String(known) === value) ?? 1 })}
        className="shrink-0"
      />
      <span className="mx-1.5 h-5 w-px shrink-0 bg-line" aria-hidden />
      <Stops />
      <Where names={names} />
    </div>
  );
}
