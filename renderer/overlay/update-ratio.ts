/** @file lr·‖g‖/‖w‖ of the edges that leave a parameter: how large a step its update takes, against the parameter itself. */
import { visibleMembers, type ChainruleDocument, type Edge, type GraphId } from "@chainrule/engine/analysis";
import type { EdgeSample } from "./overlay";

const rates = new WeakMap<ChainruleDocument, number | null>();

/** The learning rate of the document's update or optimiser step, or null where none is known. */
export function learningRate(document: ChainruleDocument): number | null {
  const known = rates.get(document);
  if (known !== undefined) return known;
  let rate: number | null = null;
  for (const [id, graph] of Object.entries(document.graphs)) {
    for (const node of Object.values(graph.nodes)) {
      if (node.kind !== "effect") continue;
      const { effect } = node;
      if (effect.kind === "update" && effect.lr !== undefined) rate ??= effect.lr;
      if (effect.kind === "optimizerStep") {
        const lr = visibleMembers(document, id).get(effect.optimizer)?.attrs["lr"];
        if (typeof lr === "number") rate ??= lr;
      }
    }
  }
  rates.set(document, rate);
  return rate;
}

/** The ratio of an edge that leaves a parameter; null elsewhere, and where the parameter is zero or no rate is known. */
export function updateRatio(
  document: ChainruleDocument,
  graph: GraphId,
  edge: Edge,
  sample: EdgeSample | null,
): number | null {
  const node = document.graphs[graph]?.nodes[edge.from[0]];
  if (node?.kind !== "call" || sample === null || sample.gradient === null) return null;
  if (document.graphs[graph]?.members[node.member]?.type !== "parameter") return null;
  const rate = learningRate(document);
  // Both have as many elements, so that the ratio of norms is that of RMS.
  return rate === null || !(sample.value.rms > 0) ? null : (rate * sample.gradient.rms) / sample.value.rms;
}
