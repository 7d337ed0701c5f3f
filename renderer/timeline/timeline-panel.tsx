/** @file The timeline of one step: lanes of blocks, a playhead, and the controls that move it. */
import { ChevronFirst, ChevronLast, Pause, Play, StepBack, StepForward } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { themeOf } from "../app/settings";
import { positionIn } from "../overlay/edge-style";
import { text } from "../text/text";
import { Button, IconButton } from "../ui/button";
import { classNames } from "../ui/class-names";
import { rampColour } from "../ui/tokens";
import { Segmented } from "../ui/segmented";
import { Empty } from "../ui/section";
import { loadTimeline } from "./load-timeline";
import { seek, speeds, type TimelineEntry } from "./timeline-store";

const words = text.timeline;
const blockWidth = 41;
const stepMs = 420;

interface Lane {
  readonly key: string;
  readonly name: string;
}

function laneOf(entry: TimelineEntry): string {
  const turn = entry.origin.path.at(-1);
  return turn === undefined ? "main" : `${turn[0]} ${turn[1]}`;
}

function Controls() {
  const app = useApp();
  const { at, blocks, isPlaying, speed } = useStore(app.timeline);
  const go = (to: number): void => seek(app.timeline, to);
  return (
    <div className="flex h-10 shrink-0 items-center gap-1 border-b border-line px-3">
      <IconButton icon={ChevronFirst} label={words.first} onClick={() => go(0)} />
      <IconButton icon={StepBack} label={words.previous} keys="Shift F10" onClick={() => go(at - 1)} />
      <Button
        variant="primary"
        icon={isPlaying ? Pause : Play}
        onClick={() => {
          if (at >= blocks.length - 1) go(0);
          app.timeline.setState({ isPlaying: !isPlaying });
        }}
      >
        {isPlaying ? words.pause : words.play}
      </Button>
      <IconButton icon={StepForward} label={words.next} keys="F10" onClick={() => go(at + 1)} />
      <IconButton icon={ChevronLast} label={words.last} onClick={() => go(blocks.length - 1)} />
      <span className="mx-2 text-small text-text3">{words.speed}</span>
      <Segmented
        label={words.speed}
        value={String(speed)}
        options={speeds.map((value) => ({ value: String(value), label: value === 0.25 ? "¼×" : `${value}×` }))}
        onChange={(value) => app.timeline.setState({ speed: speeds.find((known) => String(known) === value) ?? 1 })}
      />
      <span className="ml-auto text-small text-text2" data-testid="timeline-at">
        {words.at(at + 1, blocks.length)}
      </span>
      <Button onClick={() => void loadTimeline(app)}>{words.load}</Button>
    </div>
  );
}

/** Moves the playhead on while it plays; each op takes 420 ms at 1×. */
function usePlaying(): void {
  const app = useApp();
  const isPlaying = useStore(app.timeline, (state) => state.isPlaying);
  const speed = useStore(app.timeline, (state) => state.speed);
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setInterval(() => {
      const { at, blocks, timeline } = app.timeline.getState();
      const entry = timeline?.entries[blocks[at + 1] ?? -1];
      const graph = app.workspace.getState().path.at(-1)?.graph;
      const node = entry?.origin.node ?? null;
      const isStop =
        node !== null &&
        graph !== undefined &&
        app.history.document().graphs[graph]?.nodes[node]?.flags?.breakpoint === true;
      seek(app.timeline, at + 1);
      if (at + 1 >= blocks.length - 1 || isStop) app.timeline.setState({ isPlaying: false });
    }, stepMs / speed);
    return () => clearInterval(timer);
  }, [app, isPlaying, speed]);
}

function Block({ entry, index, row }: { readonly entry: TimelineEntry; readonly index: number; readonly row: number }) {
  const app = useApp();
  const isHere = useStore(app.timeline, (state) => state.at === index);
  const isPast = useStore(app.timeline, (state) => state.at >= index);
  const theme = themeOf(useStore(app.settings, (state) => state.theme));
  const isBackward = entry.origin.phase === "backward";
  const glyph = entry.op === null ? "·" : (app.library.op(entry.op)?.signature.glyph ?? entry.op.slice(0, 2));
  const rms = entry.value.statistics.rms;
  const [r, g, b] = rampColour(theme, rms > 0 ? positionIn(app.overlay.window, rms) : 0);
  return (
    <button
      type="button"
      title={`${entry.op ?? ""} ${entry.origin.node ?? ""}`}
      aria-label={`${entry.op ?? ""} ${entry.origin.node ?? ""}`}
      aria-current={isHere}
      onClick={() => seek(app.timeline, index)}
      className={classNames(
        "absolute flex h-[26px] w-[37px] items-center justify-center overflow-hidden rounded-field border font-mono text-[11px]",
        isHere ? "border-accent shadow-[0_0_0_1px_var(--accent)]" : "border-line2",
        isPast ? "bg-nodehead text-text" : "bg-panel text-text3",
      )}
      style={{ left: index * blockWidth, top: row * 34 + 4 }}
    >
      <span className={isBackward ? "-mt-1.5" : ""}>{glyph}</span>
      {isBackward && isPast && (
        <span
          className="absolute inset-x-0 bottom-0 h-[7px]"
          style={{ background: `rgb(${r * 255} ${g * 255} ${b * 255})` }}
        />
      )}
    </button>
  );
}

/** The lanes: main first, then one per turn of a region. */
export function TimelinePanel() {
  const app = useApp();
  usePlaying();
  const { timeline, blocks, at } = useStore(app.timeline);
  const scroll = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = scroll.current;
    if (element === null) return;
    const x = at * blockWidth;
    if (x < element.scrollLeft + 60 || x > element.scrollLeft + element.clientWidth - 100)
      element.scrollLeft = Math.max(0, x - element.clientWidth / 2);
  }, [at]);
  const lanes = useMemo(() => {
    const keys = new Map<string, Lane>([["main", { key: "main", name: words.main }]]);
    for (const position of blocks) {
      const entry = timeline?.entries[position];
      if (entry === undefined) continue;
      const key = laneOf(entry);
      const turn = entry.origin.path.at(-1);
      if (!keys.has(key) && turn !== undefined) keys.set(key, { key, name: `${turn[0]} · ${words.turn(turn[1] + 1)}` });
    }
    return [...keys.values()];
  }, [timeline, blocks]);
  if (timeline === null) {
    return (
      <Empty sentence={words.empty}>
        <Button variant="primary" onClick={() => void loadTimeline(app)}>
          {words.load}
        </Button>
      </Empty>
    );
  }
  const rowOf = new Map(lanes.map((lane, i) => [lane.key, i]));
  const firstBackward = blocks.findIndex((position) => timeline.entries[position]?.origin.phase === "backward");
  const forwardCount = firstBackward === -1 ? blocks.length : firstBackward;
  return (
    <div className="flex h-full flex-col" data-testid="timeline">
      <Controls />
      <div className="flex min-h-0 flex-1 overflow-y-auto">
        <div className="w-36 shrink-0 border-r border-line pt-6">
          {lanes.map((lane) => (
            <div key={lane.key} className="flex h-[34px] items-center truncate px-3 text-small text-text2">
              {lane.name}
            </div>
          ))}
        </div>
        <div ref={scroll} className="min-w-0 flex-1 overflow-x-auto px-2">
          <div className="relative h-6 text-caption text-text2" style={{ width: blocks.length * blockWidth }}>
            <span className="absolute top-1.5 left-0">{words.forward(forwardCount)}</span>
            {firstBackward !== -1 && (
              <span className="absolute top-1.5" style={{ left: firstBackward * blockWidth }}>
                {words.backward(blocks.length - forwardCount)}
              </span>
            )}
          </div>
          <div className="relative" style={{ width: blocks.length * blockWidth, height: lanes.length * 34 }}>
            {at >= 0 && (
              <span
                className="absolute -top-1 bottom-0 w-0.5 bg-accent"
                style={{ left: at * blockWidth + 17 }}
                aria-hidden
              />
            )}
            {blocks.map((position, index) => {
              const entry = timeline.entries[position];
              return entry === undefined ? null : (
                <Block key={position} entry={entry} index={index} row={rowOf.get(laneOf(entry)) ?? 0} />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}
