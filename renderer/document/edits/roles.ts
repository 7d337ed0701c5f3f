/** @file What a document trains and plots, followed through edits that move or remove its nodes. */
import type { GraphId, PortAddress } from "@chainrule/engine/analysis";
import type { DocumentDraft } from "./draft";

/** Follows the loss and what the fit plot draws to where an edit of the root moved them; null for what is gone. */
export function moveRoles(draft: DocumentDraft, graph: GraphId, to: (port: PortAddress) => PortAddress | null): void {
  if (graph !== draft.root) return;
  const { loss } = draft.training;
  const nextLoss = loss === null ? null : to([loss[0], loss[1]]);
  if (loss !== null && (nextLoss === null || nextLoss.join() !== loss.join()))
    draft.training.loss = nextLoss === null ? null : [...nextLoss];
  const { plot } = draft.view;
  if (plot === undefined) return;
  const x = to([plot.x[0], plot.x[1]]);
  const y = plot.y.flatMap((port): [string, string][] => {
    const next = to([port[0], port[1]]);
    return next === null ? [] : [[...next]];
  });
  if (x === null) delete draft.view.plot;
  else if (JSON.stringify([x, y]) !== JSON.stringify([plot.x, plot.y])) draft.view.plot = { x: [...x], y };
}
