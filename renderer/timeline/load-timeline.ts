/** @file Asks the engine for the tape of the next step and shows it. */
import type { App } from "../app/app";
import { seek, showTimeline } from "./timeline-store";

/** Loads the step; the playhead stays on its op where the step has the same ops, else goes to the first. */
export async function loadTimeline(app: App): Promise<void> {
  const before = app.timeline.getState();
  app.timeline.setState({ recordedFor: app.analysis.getState().analysis, failure: null });
  try {
    const timeline = await app.engine.timeline();
    showTimeline(app.timeline, timeline);
    const { blocks } = app.timeline.getState();
    seek(app.timeline, blocks.length === before.blocks.length ? Math.max(before.at, 0) : 0);
  } catch (error) {
    app.timeline.setState({ failure: error instanceof Error ? error.message : String(error) });
  }
}
