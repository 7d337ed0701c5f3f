/** @file What the edge layer must know of one edge: its newest statistics, and whether it is selected, stale or wrong. */
import type { Edge, GraphId, PortAddress } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import type { EdgeView } from "./edge-style";
import { edgeKey } from "./overlay";
import { updateRatio } from "./update-ratio";

/** The view of an edge of a graph. */
export function viewOfEdge(
  app: App,
  graph: GraphId,
  edge: Edge,
  selected: PortAddress | null,
  hovered: boolean,
): EdgeView {
  const key = edgeKey(graph, edge.to[0], edge.to[1]);
  const sample = app.overlay.sample(key);
  const findings = app.analysis.getState().findings(graph).get(edge.to[0]);
  return {
    statistics: sample?.gradient ?? null,
    updateRatio: updateRatio(app.history.document(), graph, edge, sample),
    selected: hovered || (selected !== null && selected[0] === edge.to[0] && selected[1] === edge.to[1]),
    stale: app.engine.isStale(),
    typeError: findings?.badInputs.has(edge.to[1]) ?? false,
  };
}
