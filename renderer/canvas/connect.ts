/** @file Connecting: what can never be right is refused with its reason; a wrong shape connects and gets a diagnostic. */
import type { GraphId, PortAddress } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { reaches } from "../document/edits/edges";
import { text } from "../text/text";

interface End {
  readonly node: string;
  readonly port: string;
}

/** Why these two ports cannot be connected, or null when they can. */
export function refusalOf(
  app: App,
  graph: GraphId,
  from: End & { readonly side: "input" | "output" },
  to: End,
): string | null {
  const edges = app.history.document().graphs[graph]?.edges ?? [];
  const [source, target] = from.side === "output" ? [from.node, to.node] : [to.node, from.node];
  if (source === target || reaches(edges, target, source)) return text.canvas.cycle;
  return null;
}

/** Connects, unless it is refused. */
export function connectPorts(app: App, graph: GraphId, from: PortAddress, to: PortAddress): void {
  const refusal = refusalOf(app, graph, { node: from[0], port: from[1], side: "output" }, { node: to[0], port: to[1] });
  if (refusal === null) app.edits.connect(graph, from, to);
  else app.workspace.setState({ notice: { tone: "error", text: refusal } });
}
