/** @file Asks the engine for the tape of the next step and shows it. */
import type { App } from "../app/app";
import { seek, showTimeline } from "./timeline-store";

/** Loads the step and puts the playhead on its first op. */
export async function loadTimeline(app: App): Promise<void> {
  const timeline = await app.engine.timeline();
  if (timeline === null) return;
  showTimeline(app.timeline, timeline);
  seek(app.timeline, 0);
}
