/** @file What React Flow says has changed under the hand, as selection and edits: nodes moved, chosen and left. */
import type { GraphId } from "@chainrule/engine/analysis";
import type { NodeChange } from "reactflow";
import type { App } from "../app/app";
import type { Point } from "../overlay/edge-geometry";
import { focusScope, insideSteps, scopeKey, select } from "../workspace/workspace";
import type { CanvasNode, Scene } from "./derive-nodes";
import { toStored } from "./scene-places";

/** Selection stays within one graph: that of the node chosen last. */
export function followChanges(app: App, scene: Scene, changes: readonly NodeChange<CanvasNode>[]): void {
  const state = app.workspace.getState();
  const byId = new Map(scene.nodes.map((node) => [node.id, node.data]));
  const moved = new Map<GraphId, Map<string, Point>>();
  const focus = scopeKey(insideSteps(state));
  const chosen = new Set([...state.selection].map((id) => focus + id));
  let newest: string | null = null;
  let selects = false;
  for (const change of changes) {
    if (change.type !== "position" && change.type !== "select") continue;
    const data = byId.get(change.id);
    if (data === undefined) continue;
    const { view, scope } = data;
    if (change.type === "position" && change.position !== undefined) {
      const local = toStored(scene, change.id, change.position);
      moved.set(view.graph, (moved.get(view.graph) ?? new Map<string, Point>()).set(view.id, local));
    }
    if (change.type === "select") {
      selects = true;
      if (change.selected) {
        chosen.add(change.id);
        newest = scope;
      } else chosen.delete(change.id);
    }
  }
  if (selects) {
    const key = newest ?? focus;
    focusScope(app.workspace, scene.scopes.get(key)?.steps ?? []);
    select(
      app.workspace,
      [...chosen].flatMap((id) => {
        const data = byId.get(id);
        return data?.scope === key ? [data.view.id] : [];
      }),
    );
  }
  for (const [graph, positions] of moved) app.edits.positionNodes(graph, positions, "drag");
}
