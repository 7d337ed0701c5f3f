/** @file Showing a node of any graph: the graph is entered, or its region where that is drawn in place. */
import type { GraphId, NodeId } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { stepsTo } from "../document/paths";
import { scopeKey } from "../workspace/workspace";

/** Shows a graph with these nodes selected and in view. */
export function goTo(app: App, graph: GraphId, nodes: readonly NodeId[] = []): void {
  const document = app.history.document();
  const steps = stepsTo(document, graph);
  const { regions, path } = app.workspace.getState();
  // Bodies are drawn in the graph around them unless their region is closed.
  let stage = steps.length;
  while (stage > 1 && isOpen(stage - 1)) stage--;
  function isOpen(index: number): boolean {
    const step = steps[index];
    const owner = steps[index - 1]?.graph;
    const through = step?.through;
    const node = owner === undefined || through == null ? undefined : document.graphs[owner]?.nodes[through];
    if (node === undefined || (node.kind !== "repeat" && node.kind !== "branch")) return false;
    if (node.kind === "branch" && node.whenFalse === step?.graph) return false;
    const key = scopeKey(steps.slice(index, index + 1));
    return node.flags?.collapsed !== true && regions.get(key)?.open !== false;
  }
  const shown = steps.slice(0, stage);
  const inside = steps.slice(stage);
  const isSame = scopeKey(shown) === scopeKey(path) && shown.at(-1)?.graph === path.at(-1)?.graph;
  const under = isSame ? path : shown;
  app.workspace.setState({
    path: under,
    inside: inside.length === 0 ? null : { under, steps: inside },
    selection: new Set(nodes),
    selectedEdge: null,
  });
  if (nodes.length > 0) app.canvas.reveal();
}
