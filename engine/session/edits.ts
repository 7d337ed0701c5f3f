/** @file Documents as they arrive: checked, hashed, patched, and made programs. */
import { applyPatches, enablePatches } from "immer";
import { diagnose } from "../analysis/analyze";
import type { ChainruleDocument } from "../document/document";
import { parseDocument } from "../document/parse";
import type { Diagnostic } from "../ir/diagnostic";
import type { TensorData } from "../ir/tensor";
import { buildProgram } from "../program/build-program";
import type { Program } from "../program/program";
import { CallRefused } from "./dispatcher";
import type { DocumentPatch } from "./payloads";

enablePatches();

/** A document with what it means: a program, or what is wrong with it. */
export interface Reading {
  readonly document: ChainruleDocument;
  readonly program: Program | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a document that another process sent: nothing in it is trusted. */
export function readDocument(
  document: ChainruleDocument,
  float: "float32" | "float64",
  resources: ReadonlyMap<string, TensorData>,
): Reading {
  const parsed = parseDocument(JSON.stringify(document), { file: document.name });
  if (!parsed.ok) return { document, program: null, diagnostics: parsed.diagnostics };
  const diagnostics = [...parsed.diagnostics, ...diagnose(parsed.document)];
  const built = buildProgram(parsed.document, { float, resources });
  if (built.ok) return { document, program: built.program, diagnostics };
  const errors = diagnostics.some((d) => d.severity === "error") ? [] : built.diagnostics;
  return { document, program: null, diagnostics: [...diagnostics, ...errors] };
}

/** The document after an edit. Refuses patches that do not apply. */
export function patchDocument(document: ChainruleDocument, patches: readonly DocumentPatch[]): ChainruleDocument {
  const applied = patches.map(({ op, path, value }) => ({ op, path: [...path], value }));
  try {
    return applyPatches(document, applied);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CallRefused("patch.invalid", `patch: it does not apply (${reason}). Open the document whole.`);
  }
}
