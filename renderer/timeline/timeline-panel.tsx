/** @file The timeline of one step: it loads by itself, plays, and follows the steps that are made. */
import { useEffect } from "react";
import { useStore } from "zustand";
import { useApp, type App } from "../app/app";
import { placeAlong } from "../document/paths";
import { text } from "../text/text";
import { Button } from "../ui/button";
import { Empty } from "../ui/section";
import type { Block } from "./blocks";
import { Controls } from "./controls";
import { loadTimeline } from "./load-timeline";
import { useNames } from "./names";
import { seek, stopsAt } from "./timeline-store";
import { Track } from "./track";

const words = text.timeline;
const stepMs = 420;
/** A step that follows another at once is not recorded. */
const settleMs = 120;

/** Whether a block's node has a breakpoint. */
function isMarked(app: App, block: Block | undefined): boolean {
  if (block === undefined) return false;
  const document = app.history.document();
  const through = block.path.map(([node]) => node);
  const place = placeAlong(document, through, block.node);
  if (place?.node !== block.node) return false;
  return document.graphs[place.graph]?.nodes[place.node]?.flags?.breakpoint === true;
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
      if (next >= state.blocks.length - 1 || isMarked(app, state.blocks[next]) || stopsAt(state, next))
        app.timeline.setState({ isPlaying: false });
    }, stepMs / speed);
    return () => clearInterval(timer);
  }, [app, isPlaying, speed]);
}

/** Records the step about to be made whenever it is another one than that on the track. */
function useLoading(): void {
  const app = useApp();
  const isReady = useStore(app.engine.state, (state) => state.connection === "ready");
  const isRunning = useStore(app.engine.state, ({ run }) => run === "running" || run === "compiling");
  const step = useStore(app.engine.state, (state) => state.step);
  const analysis = useStore(app.analysis, (state) => state.analysis);
  const isDue = useStore(
    app.timeline,
    ({ timeline, failure, recordedFor }) =>
      recordedFor !== analysis || (failure === null && timeline !== null && timeline.step !== step),
  );
  useEffect(() => {
    if (!isReady || isRunning || !isDue) return;
    const timer = setTimeout(() => void loadTimeline(app), settleMs);
    return () => clearTimeout(timer);
  }, [app, isReady, isRunning, step, analysis, isDue]);
}

/** Controls over lanes. */
export function TimelinePanel() {
  const app = useApp();
  usePlaying();
  useLoading();
  const timeline = useStore(app.timeline, (state) => state.timeline);
  const failure = useStore(app.timeline, (state) => state.failure);
  const names = useNames(timeline);
  if (timeline === null) {
    return failure === null ? (
      <Empty sentence={words.loading} />
    ) : (
      <Empty title={words.notRecorded} sentence={failure}>
        <Button onClick={() => void loadTimeline(app)}>{words.load}</Button>
      </Empty>
    );
  }
  return (
    <div className="flex h-full flex-col" data-testid="timeline">
      <Controls names={names} />
      <Track timeline={timeline} names={names} />
    </div>
  );
}
