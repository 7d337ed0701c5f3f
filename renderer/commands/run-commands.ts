/** @file Commands that run the document and step through it. */
import type { App } from "../app/app";
import { goTo } from "../canvas/go-to";
import { placeAlong } from "../document/paths";
import { text } from "../text/text";
import { seek } from "../timeline/timeline-store";
import { loadTimeline } from "../timeline/load-timeline";
import { defineCommand } from "./define-command";

const words = text.commands;
const isReady = (app: App): boolean =>
  app.workspace.getState().screen === "editor" && app.engine.state.getState().connection === "ready";
const isRunning = (app: App): boolean => ["running", "compiling"].includes(app.engine.state.getState().run);

export const toggleRun = defineCommand({
  title: words.toggleRun,
  group: "run",
  keys: ["F5"],
  inFields: true,
  search: ["train", "pause", "start"],
  enabled: isReady,
  run: (app) => (isRunning(app) ? app.engine.pause() : app.engine.run()),
});

export const stepOnce = defineCommand({
  title: words.stepOnce,
  group: "run",
  keys: ["Mod+Enter"],
  inFields: true,
  enabled: (app) => isReady(app) && !isRunning(app),
  run: (app) => app.engine.stepOnce(),
});

export const stopRun = defineCommand({
  title: words.stopRun,
  group: "run",
  keys: ["Shift+F5"],
  inFields: true,
  enabled: isReady,
  run: (app) => app.engine.stop(),
});

export const resetRun = defineCommand({
  title: words.resetRun,
  group: "run",
  keys: [],
  search: ["initial values", "start over"],
  enabled: (app) => isReady(app) && !isRunning(app),
  run: (app) => app.engine.reset(),
});

export const toggleBreakpoint = defineCommand({
  title: words.toggleBreakpoint,
  group: "debug",
  keys: ["F9"],
  enabled: (app) => isReady(app) && app.workspace.getState().selection.size > 0,
  run: (app) => app.edits.toggleFlag("breakpoint"),
});

export const nextOp = defineCommand({
  title: words.nextOp,
  group: "debug",
  keys: ["F10"],
  enabled: isReady,
  async run(app) {
    app.workspace.setState({ bottomTab: "timeline", bottomOpen: true });
    if (app.timeline.getState().timeline === null) await loadTimeline(app);
    else seek(app.timeline, app.timeline.getState().at + 1);
  },
});

export const previousOp = defineCommand({
  title: words.previousOp,
  group: "debug",
  keys: ["Shift+F10"],
  enabled: (app) => isReady(app) && app.timeline.getState().timeline !== null,
  run: (app) => seek(app.timeline, app.timeline.getState().at - 1),
});

export const intoOp = defineCommand({
  title: words.intoOp,
  group: "debug",
  keys: ["F11"],
  search: ["enter", "step into"],
  enabled: (app) => isReady(app) && app.timeline.getState().timeline !== null,
  run(app) {
    seek(app.timeline, app.timeline.getState().at + 1);
    const { blocks, at } = app.timeline.getState();
    const block = blocks[at];
    if (block === undefined) return;
    const through = block.path.map(([node]) => node);
    const place = placeAlong(app.history.document(), through, block.node);
    if (place !== null) goTo(app, place.graph, [place.node]);
  },
});
