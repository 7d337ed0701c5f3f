/** @file analyze: the types, costs and diagnostics of a document. Pure; never throws, whatever the document. */
import type { ChainruleDocument, Graph, GraphId } from "../document/document";
import { own, standardLibrary, type Library } from "../document/library";
import type { Diagnostic } from "../ir/diagnostic";
import { noCost, type Analysis, type AnalysisOptions, type Cost, type GraphFacts } from "./analysis";
import { checkMemory, withParameters } from "./budget";
import { addCosts } from "./costs";
import { Findings } from "./findings";
import { indexGraph, upstream } from "./graph-index";
import { Interpreter, type Collected } from "./interpreter";
import { checkStructure } from "./structure";
import { checkTraining } from "./training";

/** Types of every port, costs of every node, and what is wrong. A graph that is used shows its first use. */
export function analyze(
  document: ChainruleDocument,
  options: AnalysisOptions = {},
  library: Library = standardLibrary,
): Analysis {
  const findings = new Findings(document, library);
  const run = new Interpreter(document, library, findings);
  run.walk(document.root, {}, null, "");
  // Graphs that nothing uses are walked with unknown inputs: what can be said of them is said.
  for (const [id, graph] of Object.entries(document.graphs)) {
    if (!run.collected.has(id)) run.walk(id, unknownInputs(graph), null, id);
  }
  const graphs = new Map<GraphId, GraphFacts>();
  for (const [id, graph] of Object.entries(document.graphs)) {
    const collected: Collected | undefined = run.collected.get(id);
    if (!collected) continue;
    const { outputs, broadcasts } = collected;
    checkStructure({ document, id, graph, library, findings }, neededNodes(document, id, graph));
    checkTraining({ document, id, graph, library, findings, outputs });
    const { costs, parameters } = withParameters(document, id, graph, library, collected.costs);
    const cost: Cost = { ...addCosts(costs.values()), parameters };
    graphs.set(id, { outputs, broadcasts, costs, cost });
  }
  checkMemory(document, graphs.get(document.root) ?? null, findings, options.budgetBytes);
  return { graphs, diagnostics: findings.list() };
}

/** The diagnostics of a document. */
export function diagnose(document: ChainruleDocument, options: AnalysisOptions = {}): readonly Diagnostic[] {
  return analyze(document, options).diagnostics;
}

function unknownInputs(graph: Graph): Record<string, null> {
  return Object.fromEntries(graph.inputs.map((port) => [port.name, null]));
}

/** Nodes that an effect, the loss or the graph's outputs depend on. */
function neededNodes(document: ChainruleDocument, id: GraphId, graph: Graph): ReadonlySet<string> {
  const ends = Object.entries(graph.nodes).filter(([, node]) => ["effect", "output", "save"].includes(node.kind));
  const { loss } = document.training;
  const roots = ends.map(([nodeId]) => nodeId);
  if (id === document.root && loss && own(graph.nodes, loss[0])) roots.push(loss[0]);
  return upstream(indexGraph(graph), roots);
}

/** The cost of some nodes together: a selection, or a frame. */
export function costOfNodes(facts: GraphFacts, nodes: Iterable<string>): Cost {
  return addCosts([...nodes].map((id) => facts.costs.get(id) ?? noCost));
}
