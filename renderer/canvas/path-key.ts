/** @file Which node of the canvas a block of the timeline is of: ids are only a graph's own, and a module may be called twice. */
import type { App } from "../app/app";
import { stepsTo } from "../document/paths";
import { scopeKey } from "../workspace/workspace";
import type { CanvasNode } from "./derive-nodes";

/** The way from the root to a node on the canvas, as `nodeKeyOf` of a block has it. */
function pathKey(app: App, { scope, view }: CanvasNode["data"]): string {
  const { path } = app.workspace.getState();
  const isKnown = path.slice(1).every(({ through }) => through !== null);
  const graph = path.at(-1)?.graph;
  const way = isKnown || graph === undefined ? path : stepsTo(app.history.document(), graph);
  return scopeKey(way.slice(1)) + scope + view.id;
}

/** Whether a node is the one that a key names, or holds it closed. */
export function shows(app: App, data: CanvasNode["data"], key: string): boolean {
  const own = pathKey(app, data);
  return own === key || (data.view.form !== "region" && key.startsWith(`${own}/`));
}

/** Whether a node's own key is among some. */
export function isAmong(app: App, data: CanvasNode["data"], keys: ReadonlySet<string>): boolean {
  return keys.size > 0 && keys.has(pathKey(app, data));
}
