/** @file Collects diagnostics with their place, each once, however often a graph is used. */
import type { ChainruleDocument, GraphId, NodeId } from "../document/document";
import { memberLabel, nodeLabel } from "../document/labels";
import { own, visibleMembers, type Library } from "../document/library";
import {
  diagnosticCatalogue,
  type Diagnostic,
  type DiagnosticCode,
  type DiagnosticParameters,
  type DiagnosticPlace,
  type DiagnosticSeverity,
  type Fix,
} from "../ir/diagnostic";

/** The most diagnostics one analysis lists. */
const limit = 500;

export interface Finding {
  readonly code: DiagnosticCode;
  readonly parameters?: DiagnosticParameters;
  readonly fixes?: readonly Fix[];
  /** Where it is less severe than its declaration says: refused only when a step gets there. */
  readonly severity?: DiagnosticSeverity;
}

const severities: readonly DiagnosticSeverity[] = ["error", "warning", "hint"];

export class Findings {
  readonly #list: Diagnostic[] = [];
  readonly #seen = new Set<string>();

  constructor(
    private readonly document: ChainruleDocument,
    private readonly library: Library,
  ) {}

  add(place: DiagnosticPlace, where: string, finding: Finding): void {
    const { code, parameters = {}, fixes = [] } = finding;
    const key = JSON.stringify([code, place, parameters]);
    if (this.#list.length >= limit || this.#seen.has(key)) return;
    this.#seen.add(key);
    const severity = finding.severity ?? diagnosticCatalogue[code].severity;
    this.#list.push({ code, severity, place, where, parameters, fixes });
  }

  atNode(graph: GraphId, node: NodeId, finding: Finding, more: Omit<DiagnosticPlace, "graph" | "node"> = {}): void {
    const found = own(own(this.document.graphs, graph)?.nodes ?? {}, node);
    const label = found ? nodeLabel(found, visibleMembers(this.document, graph), this.library) : `node ${node}`;
    this.add({ graph, node, ...more }, label, finding);
  }

  atMember(graph: GraphId, member: string, finding: Finding): void {
    const found = own(own(this.document.graphs, graph)?.members ?? {}, member);
    this.add({ graph, member }, found ? memberLabel(found, this.library) : `member ${member}`, finding);
  }

  atGraph(graph: GraphId, finding: Finding): void {
    this.add({ graph }, `graph "${own(this.document.graphs, graph)?.name ?? graph}"`, finding);
  }

  list(): readonly Diagnostic[] {
    return severities.flatMap((severity) => this.#list.filter((diagnostic) => diagnostic.severity === severity));
  }
}
