/** @file Collects diagnostics with their place, each once. */
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
