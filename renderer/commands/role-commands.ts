/** @file Commands that say what a value is to the training: its loss, and what the fit plot draws. */
import { portsOf, type PortAddress } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { rolesOf, toggleLoss, togglePlotX, togglePlotY } from "../document/edits/training";
import { text } from "../text/text";
import { currentGraph } from "../workspace/workspace";
import { defineCommand } from "./define-command";

const words = text.commands;

/** The first output of the one selected node, where the root graph is shown; null elsewhere. */
function selectedValue(app: App): PortAddress | null {
  const state = app.workspace.getState();
  const document = app.history.document();
  const [id] = state.selection;
  if (state.screen !== "editor" || state.selection.size !== 1 || currentGraph(state) !== document.root) return null;
  const node = id === undefined ? undefined : document.graphs[document.root]?.nodes[id];
  if (id === undefined || node === undefined || node.kind === "effect") return null;
  const [port] = portsOf(document, document.root, node, app.library).outputs;
  return port === undefined ? null : [id, port];
}

function roles(app: App): ReturnType<typeof rolesOf> | null {
  const port = selectedValue(app);
  return port === null ? null : rolesOf(app.history.document(), port);
}

export const setLoss = defineCommand({
  title: words.setLoss,
  group: "training",
  keys: [],
  search: ["objective", "scalar", "log"],
  enabled: (app) => selectedValue(app) !== null,
  checked: (app) => roles(app)?.loss === true,
  run(app) {
    const port = selectedValue(app);
    if (port !== null) app.edits.change(words.setLoss, (draft) => toggleLoss(draft, port));
  },
});

export const plotAgainst = defineCommand({
  title: words.plotAgainst,
  group: "training",
  keys: [],
  search: ["fit", "x axis"],
  enabled: (app) => selectedValue(app) !== null,
  checked: (app) => roles(app)?.plotX === true,
  run(app) {
    const port = selectedValue(app);
    if (port !== null) app.edits.change(words.plotAgainst, (draft) => togglePlotX(draft, port));
  },
});

export const plotCurve = defineCommand({
  title: words.plotCurve,
  group: "training",
  keys: [],
  search: ["fit", "y axis"],
  enabled: (app) => selectedValue(app) !== null && app.history.document().view.plot !== undefined,
  checked: (app) => roles(app)?.plotY === true,
  run(app) {
    const port = selectedValue(app);
    if (port !== null) app.edits.change(words.plotCurve, (draft) => togglePlotY(draft, port));
  },
});
