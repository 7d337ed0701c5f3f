/** @file How a rule refuses what a user wired: a diagnostic code with its parameters, never a bare string. */
import type { DiagnosticCode, DiagnosticParameters } from "./diagnostic";

/** Thrown by shape rules and attribute parsers; analysis and the program turn it into a diagnostic at its node. */
export class Refusal extends Error {
  readonly code: DiagnosticCode;
  readonly parameters: DiagnosticParameters;
  constructor(code: DiagnosticCode, parameters: DiagnosticParameters) {
    super(`${code} ${JSON.stringify(parameters)}`);
    this.name = "Refusal";
    this.code = code;
    this.parameters = parameters;
  }
}

/** Refuses with a diagnostic of the catalogue in diagnostic.ts. */
export function refuse(code: DiagnosticCode, parameters: DiagnosticParameters): never {
  throw new Refusal(code, parameters);
}

/** Our own bug: a state that no input may reach. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant: ${message}`);
}
