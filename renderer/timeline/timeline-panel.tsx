/** @file The timeline of one step: lanes of blocks, a playhead, and the controls that move it. */
import { ChevronFirst, ChevronLast, Pause, Play, StepBack, StepForward } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { themeOf } from "../app/settings";
import { viewNode } from "../nodes/node-view";
import { positionIn } from "../overlay/edge-style";
import { text } from "../text/text";
import { Button, IconButton } from "../ui/button";
import { classNames } from "../ui/class-names";
import { rampColour } from "../ui/tokens";
import { Segmented } from "../ui/segmented";
import { Empty } from "../ui/section";
import { laneOf, type Block, type Timeline } from "./blocks";
import { loadTimeline } from "./load-timeline";
import { seek, speeds, stopsAt } from "./timeline-store";

const words = text.timeline;
const blockPitch = 41;
const lanePitch = 34;
const stepMs = 420;

function Controls() {
  const app = useApp();
  const { at, blocks, isPlaying, speed, stopOnNaN, stopAbove } = useStore(app.timeline);
  const go = (to: number): void => seek(app.timeline, to);
  const stop = "rounded-field border px-1.5 font-mono text-tick";
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
      <span className="mx-2 flex items-center gap-1.5">
        <button
          type="button"
          aria-pressed={stopOnNaN}
          className={classNames(stop, stopOnNaN ? "border-err text-err" : "border-line2 text-text3")}
          onClick={() => app.timeline.setState({ stopOnNaN: !stopOnNaN })}
        >
          {words.onNaN}
        </button>
        <button
          type="button"
          aria-pressed={stopAbove !== null}
          className={classNames(stop, stopAbove !== null ? "border-err text-err" : "border-line2 text-text3")}
          onClick={() => app.timeline.setState({ stopAbove: stopAbove === null ? 1e6 : null })}
        >
          {words.onLarge}
        </button>
      </span>
      <input
        type="range"
        aria-label={words.scrub}
        min={0}
        max={Math.max(blocks.length - 1, 0)}
        value={Math.max(at, 0)}
        onChange={(event) => go(Number(event.target.value))}
        className="min-w-20 flex-1 accent-[var(--accent)]"
      />
      <span className="ml-2 shrink-0 text-small text-text2" data-testid="timeline-at">
        {words.at(at + 1, blocks.length)}
      </span>
      <Button onClick={() => void loadTimeline(app)}>{words.load}</Button>
    </div>
  );
}

/** Moves the playhead on while it plays: 420 ms a block at 1×, until the end, a breakpoint or a condition. */
function usePlaying(): void {
  const app = useApp();
  const isPlaying = useStore(app.timeline, (state) => state.isPlaying);
  const speed = useStore(app.timeline, (state) => state.speed);
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setInterval(() => {
      const next = app.timeline.getState().at + 1;
      seek(app.timeline, next);
      const state = app.timeline.getState();
      const node = state.blocks[next]?.node;
      const graphs = Object.values(app.history.document().graphs);
      const isBreakpoint = node !== undefined && graphs.some((graph) => graph.nodes[node]?.flags?.breakpoint === true);
      if (next >= state.blocks.length - 1 || isBreakpoint || stopsAt(state, next))
        app.timeline.setState({ isPlaying: false });
    }, stepMs / speed);
    return () => clearInterval(timer);
  }, [app, isPlaying, speed]);
}

interface BlockProps {
  readonly block: Block;
  readonly timeline: Timeline;
  readonly index: number;
  readonly row: number;
  readonly face: { readonly glyph: string; readonly name: string };
}

function BlockButton({ block, timeline, index, row, face }: BlockProps) {
  const app = useApp();
  const isHere = useStore(app.timeline, (state) => state.at === index);
  const isPast = useStore(app.timeline, (state) => state.at >= index);
  const theme = themeOf(useStore(app.settings, (state) => state.theme));
  const gradient = timeline.entries[block.entry]?.gradient ?? null;
  const isLoss = block.kind === "forward" && timeline.loss === block.entry;
  const rms = gradient?.statistics.rms ?? 0;
  const [r, g, b] = rampColour(theme, rms > 0 ? positionIn(app.overlay.window, rms) : 0);
  const label = `${words.kinds[block.kind]} ${face.name}`;
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      aria-current={isHere}
      onClick={() => seek(app.timeline, index)}
      className={classNames(
        "absolute flex h-[26px] w-[37px] items-center justify-center overflow-hidden rounded-field border font-mono text-[11px]",
        isHere
          ? "z-10 border-accent shadow-[0_0_0_1px_var(--accent)]"
          : block.kind === "accumulate"
            ? "border-member"
            : "border-line2",
        isLoss && !isHere ? "bg-text text-app" : isPast ? "bg-nodehead text-text" : "bg-panel text-text3",
      )}
      style={{ left: index * blockPitch, top: row * lanePitch + 4 }}
    >
      <span className={classNames("truncate px-0.5", block.kind === "backward" && "-mt-1.5")}>
        {block.kind === "accumulate" ? face.name : isLoss ? words.loss : face.glyph}
        {block.kind === "accumulate" && (block.contribution ?? 0) > 0 && " +"}
      </span>
      {block.kind === "backward" && isPast && (
        <span
          className="absolute inset-x-0 bottom-0 h-[8px]"
          style={{ background: `rgb(${r * 255} ${g * 255} ${b * 255})` }}
        />
      )}
    </button>
  );
}

function useFaces(blocks: readonly Block[]) {
  const app = useApp();
  return useMemo(() => {
    const document = app.history.document();
    const faces = new Map<string, { readonly glyph: string; readonly name: string }>();
    for (const [id, graph] of Object.entries(document.graphs)) {
      for (const [node, content] of Object.entries(graph.nodes)) {
        const view = viewNode(document, id, node, content, app.library);
        faces.set(node, { glyph: view.glyph, name: content.label ?? view.fullTitle });
      }
    }
    return faces;
    // The names of a recorded step are those it was recorded under.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [app, blocks]);
}

/** The lanes: main first, then one per call and turn, gradients last. */
export function TimelinePanel() {
  const app = useApp();
  usePlaying();
  const { timeline, blocks, at } = useStore(app.timeline);
  const faces = useFaces(blocks);
  const scroll = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = scroll.current;
    if (element === null) return;
    const x = at * blockPitch;
    if (x < element.scrollLeft + 60 || x > element.scrollLeft + element.clientWidth - 100) {
      element.scrollLeft = Math.max(0, x - element.clientWidth / 2);
    }
  }, [at]);
  const lanes = useMemo(() => {
    const found = [...new Set(["", ...blocks.map(laneOf)])].filter((lane) => lane !== "gradients");
    return blocks.some((block) => block.kind === "accumulate") ? [...found, "gradients"] : found;
  }, [blocks]);
  if (timeline === null) {
    return (
      <Empty sentence={words.empty}>
        <Button variant="primary" onClick={() => void loadTimeline(app)}>
          {words.load}
        </Button>
      </Empty>
    );
  }
  const laneName = (lane: string): string => {
    if (lane === "") return words.main;
    if (lane === "gradients") return words.gradients;
    const [node = "", turn = "0"] = lane.split(" / ").at(-1)?.split(" ") ?? [];
    return `${faces.get(node)?.name ?? node} · ${words.turn(Number(turn) + 1)}`;
  };
  const rows = new Map(lanes.map((lane, i) => [lane, i]));
  const forwardCount = blocks.filter((block) => block.kind === "forward").length;
  const backwardCount = blocks.filter((block) => block.kind === "backward").length;
  return (
    <div className="flex h-full flex-col" data-testid="timeline">
      <Controls />
      <div className="flex min-h-0 flex-1 overflow-y-auto">
        <div className="w-36 shrink-0 border-r border-line pt-6">
          {lanes.map((lane) => (
            <div key={lane} className="flex h-[34px] items-center border-b border-line px-3 text-small text-text2">
              <span className="truncate">{laneName(lane)}</span>
            </div>
          ))}
        </div>
        <div ref={scroll} className="min-w-0 flex-1 overflow-x-auto px-2">
          <div className="relative h-6 text-caption text-text2" style={{ width: blocks.length * blockPitch }}>
            <span className="absolute top-1.5 left-0 whitespace-nowrap">{words.forward(forwardCount)}</span>
            {backwardCount > 0 && (
              <span className="absolute top-1.5 whitespace-nowrap" style={{ left: forwardCount * blockPitch }}>
                {words.backward(backwardCount)}
              </span>
            )}
          </div>
          <div className="relative" style={{ width: blocks.length * blockPitch, height: lanes.length * lanePitch }}>
            {at >= 0 && (
              <span
                className="absolute -top-1 bottom-0 w-0.5 bg-accent"
                style={{ left: at * blockPitch + 17 }}
                aria-hidden
              />
            )}
            {blocks.map((block, index) => (
              <BlockButton
                key={`${block.kind} ${block.entry} ${block.contribution} ${laneOf(block)}`}
                block={block}
                timeline={timeline}
                index={index}
                row={rows.get(laneOf(block)) ?? 0}
                face={faces.get(block.node) ?? { glyph: "·", name: block.node }}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}
