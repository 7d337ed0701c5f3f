/** @file A document from a file: parsed, analysed, and made a program, with its diagnostics printed where it fails. */
import { printDiagnostic, printMessage, type Diagnostic } from "../engine/ir/diagnostic";
import type { ChainruleDocument } from "../engine/document/document";
import { maxFileBytes } from "../engine/document/limits";
import { parseDocument, type ParseResult } from "../engine/document/parse";
import type { Program } from "../engine/program/program";
import { buildProgram } from "../engine/program/build-program";
import { CommandFailure } from "./failure";
import { readFile } from "./files";
import type { Output } from "./output";

/** Files beyond the document's own limit are still told apart from what cannot be read at all. */
const mostBytes = 4 * maxFileBytes;

/** What a file holds; a file that is no document at all is still a result with diagnostics. */
export function parseFile(file: string): ParseResult {
  return parseDocument(readFile(file, mostBytes), { file });
}

function emitDiagnostic(output: Output, { code, severity, where, parameters, fixes }: Diagnostic): void {
  const message = printMessage(code, parameters);
  output.emit({ event: "diagnostic", code, severity, where, message, fixes: fixes.map((fix) => fix.title) });
}

/** Prints diagnostics: one JSON line or one text line each. */
export function printDiagnostics(output: Output, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) {
    emitDiagnostic(output, diagnostic);
    output.say(`${diagnostic.severity}  ${printDiagnostic(diagnostic)}`);
    for (const fix of diagnostic.fixes) output.say(`       fix: ${fix.title}`);
  }
}

/** Says beside a command's own output what a file that can be read is suspect of, such as a newer version. */
function remark(output: Output, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) {
    emitDiagnostic(output, diagnostic);
    output.note(`${diagnostic.severity}  ${printDiagnostic(diagnostic)}`);
  }
}

const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === "error";

function refuse(output: Output, file: string, diagnostics: readonly Diagnostic[]): never {
  printDiagnostics(output, diagnostics.filter(isError));
  const count = diagnostics.filter(isError).length;
  const found = `${count} ${count === 1 ? "error" : "errors"}`;
  const message = `${file}: found ${found}, expected a document that runs. Mend what is listed above.`;
  throw new CommandFailure(1, "document.errors", message, file);
}

export interface OpenDocument {
  readonly document: ChainruleDocument;
  readonly program: Program;
}

/** The document of a file, whether or not it can run. Fails with code 1 where it cannot be read. */
export function readDocumentFile(output: Output, file: string): Pick<OpenDocument, "document"> {
  const parsed = parseFile(file);
  if (!parsed.ok || parsed.diagnostics.some(isError)) return refuse(output, file, parsed.diagnostics);
  remark(output, parsed.diagnostics);
  return { document: parsed.document };
}

/** The document of a file, ready to run. Fails with code 1 and its diagnostics where it is not. */
export function openDocument(output: Output, file: string, float: "float32" | "float64"): OpenDocument {
  const { document } = readDocumentFile(output, file);
  const built = buildProgram(document, { float, resources: new Map() });
  if (!built.ok) return refuse(output, file, built.diagnostics);
  return { document, program: built.program };
}
