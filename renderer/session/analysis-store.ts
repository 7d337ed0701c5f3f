/** @file Live analysis: types, costs and diagnostics of the open document, renewed at each edit that means something. */
import {
  analyze,
  isLookOnly,
  type Analysis,
  type ChainruleDocument,
  type Diagnostic,
  type GraphId,
  type NodeId,
  type TensorType,
} from "@chainrule/engine/analysis";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { DocumentHistory } from "../document/history";

/** What a node on the canvas shows of the analysis. */
export interface NodeFindings {
  /** By side and port name: "outputout", "inputother". */
  readonly types: ReadonlyMap<string, TensorType>;
  readonly connected: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
  /** Input ports whose edge is wrong. */
  readonly badInputs: ReadonlySet<string>;
  readonly pill: string | null;
}

export interface AnalysisState {
  readonly analysis: Analysis;
  /** Findings of every graph, each made when first asked for. */
  readonly findings: (graph: GraphId) => ReadonlyMap<NodeId, NodeFindings>;
}

function pillOf(diagnostics: readonly Diagnostic[]): string | null {
  const first = diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (first === undefined) return null;
  const { a, b, found, expected, features, weight } = first.parameters;
  const show = (value: string | number | readonly number[] | undefined): string =>
    Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
  if (a !== undefined && b !== undefined) return `${show(a)} ≠ ${show(b)}`;
  if (features !== undefined && weight !== undefined) return `${show(features)} ≠ ${show(weight)}`;
  const text = found !== undefined && expected !== undefined ? `${show(found)} ≠ ${show(expected)}` : null;
  return text !== null && text.length <= 24 ? text : null;
}

function findingsOf(
  document: ChainruleDocument,
  analysis: Analysis,
  graphId: GraphId,
): ReadonlyMap<NodeId, NodeFindings> {
  const graph = document.graphs[graphId];
  const found = new Map<NodeId, NodeFindings>();
  if (graph === undefined) return found;
  const facts = analysis.graphs.get(graphId);
  const byNode = new Map<NodeId, Diagnostic[]>();
  for (const diagnostic of analysis.diagnostics) {
    if (diagnostic.place.graph !== graphId) continue;
    const node = diagnostic.place.node ?? diagnostic.place.edge?.[0];
    if (node !== undefined) byNode.set(node, [...(byNode.get(node) ?? []), diagnostic]);
  }
  const types = new Map<NodeId, Map<string, TensorType>>();
  const connected = new Map<NodeId, Set<string>>();
  for (const id of Object.keys(graph.nodes)) {
    types.set(id, new Map());
    connected.set(id, new Set());
    for (const [port, fact] of Object.entries(facts?.outputs.get(id) ?? {}))
      if (fact !== null) types.get(id)?.set(`output${port}`, fact.type);
  }
  for (const edge of graph.edges) {
    connected.get(edge.to[0])?.add(edge.to[1]);
    connected.get(edge.from[0])?.add(edge.from[1]);
    const type = types.get(edge.from[0])?.get(`output${edge.from[1]}`);
    if (type !== undefined) types.get(edge.to[0])?.set(`input${edge.to[1]}`, type);
  }
  for (const id of Object.keys(graph.nodes)) {
    const diagnostics = byNode.get(id) ?? [];
    const bad = diagnostics
      .filter((diagnostic) => diagnostic.severity === "error")
      .flatMap(({ place, parameters }) => {
        const port = place.edge?.[1] ?? place.port;
        if (port !== undefined) return port;
        // Two shapes that do not fit each other: neither edge alone is the wrong one.
        return parameters["a"] !== undefined && parameters["b"] !== undefined ? [...(connected.get(id) ?? [])] : [];
      });
    found.set(id, {
      types: types.get(id) ?? new Map(),
      connected: connected.get(id) ?? new Set(),
      diagnostics,
      badInputs: new Set(bad),
      pill: pillOf(diagnostics),
    });
  }
  return found;
}

/** The store, following the history. */
export function createAnalysisStore(history: DocumentHistory): StoreApi<AnalysisState> {
  const renew = (): AnalysisState => {
    const document = history.document();
    const analysis = analyze(document);
    const known = new Map<GraphId, ReadonlyMap<NodeId, NodeFindings>>();
    return {
      analysis,
      findings(graph) {
        const found = known.get(graph) ?? findingsOf(document, analysis, graph);
        known.set(graph, found);
        return found;
      },
    };
  };
  const store = createStore<AnalysisState>(renew);
  let before = history.document();
  history.subscribe(({ document, patches, replaced }) => {
    const isSame = !replaced && isLookOnly(before, document, patches);
    before = document;
    if (!isSame) store.setState(renew());
  });
  return store;
}
