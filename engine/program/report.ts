/** @file Collects diagnostics with their place, each once. */
import type { GraphNode, Member } from "../document/document";
import type { Library } from "../document/library";
import {
  diagnosticCatalogue, printDiagnostic, type Diagnostic, type DiagnosticCode, type DiagnosticParameters, type DiagnosticPlace,
} from "../ir/diagnostic"; // prettier-ignore
import { Refusal } from "../ir/refusal";

/** The most diagnostics one build lists. */
const reportLimit = 200;

/** Diagnostics found while building. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];
  private readonly seen = new Set<string>();

  add(diagnostic: Diagnostic): void {
    const { code, place, parameters } = diagnostic;
    const key = JSON.stringify([code, place, parameters]);
    if (this.seen.has(key) || this.diagnostics.length >= reportLimit) return;
    this.seen.add(key);
    this.diagnostics.push(diagnostic);
  }

  refuse(place: DiagnosticPlace, where: string, code: DiagnosticCode, parameters: DiagnosticParameters): void {
    this.add(makeDiagnostic(place, where, code, parameters));
  }

  get failed(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === "error");
  }
}

/** A diagnostic without fixes. */
export function makeDiagnostic(
  place: DiagnosticPlace,
  where: string,
  code: DiagnosticCode,
  parameters: DiagnosticParameters,
): Diagnostic {
  return { code, severity: diagnosticCatalogue[code].severity, place, where, parameters, fixes: [] };
}

/** A refusal that knows its node: what a trace throws when concrete data do not fit. Its message is the whole sentence. */
export class PlacedRefusal extends Refusal {
  readonly diagnostic: Diagnostic;
  constructor(diagnostic: Diagnostic) {
    super(diagnostic.code, diagnostic.parameters);
    this.name = "PlacedRefusal";
    this.diagnostic = diagnostic;
    this.message = printDiagnostic(diagnostic);
  }
}

function title(node: GraphNode, library: Library): string {
  switch (node.kind) {
    case "op":
      return library.op(node.op)?.signature.label ?? node.op;
    case "effect":
      return {
        backward: "Backward",
        update: "Update",
        optimizerStep: "Step",
        zeroGrad: "Zero grad",
        inPlace: "In place",
      }[node.effect.kind];
    default:
      return node.kind.charAt(0).toUpperCase() + node.kind.slice(1);
  }
}

/** How a person knows a node: `Linear "fc1"`. */
export function nodeLabel(node: GraphNode, library: Library): string {
  return `${title(node, library)} "${node.name}"`;
}

/** How a person knows a member: `Linear "fc1"`, `Parameter "w"`. */
export function memberLabel(member: Member): string {
  const kind = member.type.replace(/^(nn|optim)\./, "").replace(/^graph:.*/, "module");
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)} "${member.name}"`;
}
