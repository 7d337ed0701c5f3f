/** @file What of a document under construction can run: a graph that is broken keeps working where it is whole. */
import type { ChainruleDocument } from "../document/document";
import type { Diagnostic } from "../ir/diagnostic";
import { buildProgram } from "../program/build-program";
import type { Program, ProgramOptions } from "../program/program";
import type { Reading } from "./edits";

/** Nodes that are refused only once others were left out: so many rounds. */
const mostRounds = 4;

const known = new WeakMap<Reading, Program | null>();

/** The nodes that were refused, muted: what needs their values is left out with them. Null where no more can be. */
function withoutRefused(document: ChainruleDocument, refused: readonly Diagnostic[]): ChainruleDocument | null {
  const graphs = { ...document.graphs };
  let isLess = false;
  for (const { place, severity, code } of refused) {
    const graph = Object.hasOwn(graphs, place.graph) ? graphs[place.graph] : undefined;
    const [id] = place.edge ?? [place.node];
    if (graph === undefined || id === undefined || !Object.hasOwn(graph.nodes, id)) continue;
    const node = graph.nodes[id];
    if (node === undefined || node.flags?.muted === true || (severity !== "error" && code !== "operand.missing"))
      continue;
    graphs[place.graph] = {
      ...graph,
      nodes: { ...graph.nodes, [id]: { ...node, flags: { ...node.flags, muted: true } } },
    };
    isLess = true;
  }
  return isLess ? { ...document, graphs } : null;
}

/** A program of the part of a broken document that is whole, to be looked at, not trained; null where there is none. */
export function wholePart(reading: Reading, options: ProgramOptions): Program | null {
  const found = known.get(reading);
  if (found !== undefined) return found;
  const untrained = { ...reading.document, training: { ...reading.document.training, loss: null } };
  let [part, program]: [ChainruleDocument | null, Program | null] = [
    withoutRefused(untrained, reading.diagnostics),
    null,
  ];
  for (let round = 0; part !== null && program === null && round < mostRounds; round++) {
    const built = buildProgram(part, options);
    if (built.ok) program = built.program;
    else part = withoutRefused(part, built.diagnostics);
  }
  known.set(reading, program);
  return program;
}
