/** @file Edits of what the document trains and plots: its loss, and the ports that the fit plot draws. */
import type { ChainruleDocument, GraphId, PortAddress } from "@chainrule/engine/analysis";
import type { DocumentDraft } from "./draft";
import { samePort } from "./edges";

/** Makes a port of the root graph the scalar that is logged, or none where it is that already. */
export function toggleLoss(draft: DocumentDraft, port: PortAddress): void {
  const { training } = draft;
  training.loss = training.loss !== null && samePort(training.loss, port) ? null : [...port];
  startFromLoss(draft, draft.root);
}

/** The first Backward of the root starts from the loss, where nothing is wired to it yet. */
export function startFromLoss(draft: DocumentDraft, graph: GraphId): void {
  const { loss } = draft.training;
  const owner = draft.graphs[graph];
  if (loss === null || owner === undefined || graph !== draft.root) return;
  const starts = Object.entries(owner.nodes).flatMap(([id, node]): PortAddress[] =>
    node.kind === "effect" && node.effect.kind === "backward" ? [[id, "value"]] : [],
  );
  const [first] = starts;
  const isWired = owner.edges.some((edge) => starts.some((start) => samePort(edge.to, start)));
  if (first !== undefined && !isWired) owner.edges.push({ from: [...loss], to: [...first] });
}

/** The first value that a Backward of the root starts from is the loss, until another is chosen. */
export function adoptLoss(draft: DocumentDraft, graph: GraphId, from: PortAddress, to: PortAddress): void {
  const target = draft.graphs[graph]?.nodes[to[0]];
  const starts = target?.kind === "effect" && target.effect.kind === "backward" && to[1] === "value";
  if (starts && graph === draft.root && draft.training.loss === null) draft.training.loss = [...from];
}

/** Draws the fit plot against this port, or no fit plot where it was drawn against it. */
export function togglePlotX(draft: DocumentDraft, port: PortAddress): void {
  const { plot } = draft.view;
  if (plot !== undefined && samePort(plot.x, port)) delete draft.view.plot;
  else draft.view.plot = { x: [...port], y: plot?.y ?? [] };
}

/** Adds this port to the curves of the fit plot, or takes it away. */
export function togglePlotY(draft: DocumentDraft, port: PortAddress): void {
  const { plot } = draft.view;
  if (plot === undefined) return;
  const others = plot.y.filter((known) => !samePort(known, port));
  if (others.length === plot.y.length) others.push([...port]);
  plot.y = others;
}

/** What a port is to the training: its loss, the fit plot's x, one of its curves. */
export function rolesOf(
  document: ChainruleDocument,
  port: PortAddress,
): { readonly loss: boolean; readonly plotX: boolean; readonly plotY: boolean } {
  const { loss } = document.training;
  const { plot } = document.view;
  return {
    loss: loss !== null && samePort(loss, port),
    plotX: plot !== undefined && samePort(plot.x, port),
    plotY: plot?.y.some((known) => samePort(known, port)) ?? false,
  };
}
