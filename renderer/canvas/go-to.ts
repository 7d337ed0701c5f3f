/** @file Showing a node of any graph: the graph is entered, or its region where that is drawn in place. */
import { bodiesOf, type GraphId, type NodeId } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { stepsTo } from "../document/paths";
import { scopeKey } from "../workspace/workspace";
import { openBody } from "./scopes";

/** Shows a graph with these nodes selected and in view. */
export function goTo(app: App, graph: GraphId, nodes: readonly NodeId[] = []): void {
  const document = app.history.document();
  const steps = stepsTo(document, graph);
  const { regions, path } = app.workspace.getState();
  /** Whether a graph on the way, entered, has all those behind it drawn in it; a module that is itself wanted is entered. */
  const isDrawnFrom = (stage: number): boolean =>
    steps.slice(stage).every(({ graph: inner, through }, i) => {
      const owner = steps[stage + i - 1]?.graph;
      const node = owner === undefined || through === null ? undefined : document.graphs[owner]?.nodes[through];
      if (owner === undefined || through === null || node === undefined) return false;
      if (nodes.length === 0 && bodiesOf(node).length === 0) return false;
      const choice = regions.get(scopeKey(steps.slice(stage, stage + i + 1)));
      return openBody(document, owner, through, node, choice) === inner;
    });
  const isHere = (stage: number): boolean =>
    stage === path.length &&
    path.every((step, i) => step.graph === steps[i]?.graph && step.through === steps[i].through);
  const stages = steps.map((_, i) => i + 1).filter(isDrawnFrom);
  const stage = stages.find(isHere) ?? stages[0] ?? steps.length;
  const under = isHere(stage) ? path : steps.slice(0, stage);
  const inside = steps.slice(stage);
  app.workspace.setState({
    path: under,
    inside: inside.length === 0 ? null : { under, steps: inside },
    selection: new Set(nodes),
    selectedEdge: null,
  });
  if (nodes.length > 0) app.canvas.reveal();
}
