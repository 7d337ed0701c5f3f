/** @file Commands that select, and move between graphs. */
import type { NodeId } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { otherSide } from "../app/edits";
import { text } from "../text/text";
import { currentGraph, select } from "../workspace/workspace";
import { defineCommand } from "./define-command";

const words = text.commands;
const isEditor = (app: App): boolean => app.workspace.getState().screen === "editor";

function edgesHere(
  app: App,
): readonly { readonly from: readonly [NodeId, string]; readonly to: readonly [NodeId, string] }[] {
  const id = currentGraph(app.workspace.getState());
  return (id === null ? undefined : app.history.document().graphs[id])?.edges ?? [];
}

/** Everything that can be reached from the selection, up the edges, down, or both. */
function spread(app: App, up: boolean, down: boolean): void {
  const edges = edgesHere(app);
  const found = new Set(app.workspace.getState().selection);
  const stack = [...found];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const edge of edges) {
      const next = up && edge.to[0] === node ? edge.from[0] : down && edge.from[0] === node ? edge.to[0] : null;
      if (next === null || found.has(next)) continue;
      found.add(next);
      stack.push(next);
    }
  }
  select(app.workspace, found);
}

export const selectAll = defineCommand({
  title: words.selectAll,
  group: "select",
  keys: ["Mod+A"],
  enabled: isEditor,
  run(app) {
    const id = currentGraph(app.workspace.getState());
    select(app.workspace, Object.keys((id === null ? undefined : app.history.document().graphs[id])?.nodes ?? {}));
  },
});

export const findNode = defineCommand({
  title: words.findNode,
  group: "select",
  keys: ["Mod+F"],
  enabled: isEditor,
  run: (app) => app.workspace.setState({ finding: "graph" }),
});

export const findEverywhere = defineCommand({
  title: words.findEverywhere,
  group: "select",
  keys: ["Mod+Shift+F"],
  enabled: isEditor,
  run: (app) => app.workspace.setState({ finding: "all" }),
});

export const selectUpstream = defineCommand({
  title: words.selectUpstream,
  group: "select",
  keys: ["Shift+["],
  enabled: isEditor,
  run: (app) => spread(app, true, false),
});

export const selectDownstream = defineCommand({
  title: words.selectDownstream,
  group: "select",
  keys: ["Shift+]"],
  enabled: isEditor,
  run: (app) => spread(app, false, true),
});

export const selectConnected = defineCommand({
  title: words.selectConnected,
  group: "select",
  keys: ["Shift+\\"],
  enabled: isEditor,
  run: (app) => spread(app, true, true),
});

export const enterNode = defineCommand({
  title: words.enter,
  group: "select",
  keys: ["Enter"],
  enabled: (app) => isEditor(app) && app.workspace.getState().selection.size === 1,
  run(app) {
    const [node] = app.workspace.getState().selection;
    if (node !== undefined) app.edits.enterNode(node);
  },
});

export const leaveGraph = defineCommand({
  title: words.leave,
  group: "select",
  keys: ["Escape"],
  enabled: isEditor,
  run(app) {
    if (app.workspace.getState().selection.size > 0 || app.workspace.getState().selectedEdge !== null)
      select(app.workspace, []);
    else app.edits.leave();
  },
});

export const enterOther = defineCommand({
  title: words.enterOther,
  group: "select",
  keys: ["Shift+Enter"],
  search: ["backward", "forward", "else", "false"],
  enabled(app) {
    const id = currentGraph(app.workspace.getState());
    return isEditor(app) && id !== null && otherSide(app.history.document(), id) !== null;
  },
  run: (app) => void app.edits.enterOther(),
});
