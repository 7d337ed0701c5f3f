/** @file Diagnostics about a file: what could not be read, and what was mended. */
import type { DiagnosticDeclaration } from "./diagnostic";

export const documentDiagnostics = {
  "document.tooLarge": {
    severity: "error",
    text: "the file holds {found}, expected at most {limit}. Open a smaller file, or split it into modules.",
  },
  "document.notJson": {
    severity: "error",
    text: "the file is not JSON ({found}), expected a Chainrule document. Restore it from a copy.",
  },
  "document.foreign": {
    severity: "error",
    text: 'found {found}, expected "chainrule". Open a .chainrule file, or import the model.',
  },
  "document.newer": {
    severity: "warning",
    text: "the file has version {found}, expected at most {known}. It is open read-only; update Chainrule to change it.",
  },
  "document.unknownNode": {
    severity: "warning",
    text: "this version does not know nodes of kind {found}, expected an older document. It is open read-only; update Chainrule to change it.",
  },
  "document.unknownField": {
    severity: "warning",
    text: "this version does not know the field, expected none here. It is left out when the document is saved.",
  },
  "document.invalid": { severity: "error", text: "expected {expected}, got {found}." },
  "document.tooMany": {
    severity: "error",
    text: "found {found} entries, expected at most {limit}. The others are left out.",
  },
  "document.noRoot": {
    severity: "error",
    text: 'found {found}, expected the id of a graph. "{root}" is taken as the root.',
  },
  "document.missing": {
    severity: "error",
    text: 'found "{found}", expected the id of an existing {kind}. The entry is left out.',
  },
  "document.twice": {
    severity: "warning",
    text: '"{found}" stands here a second time, expected once. It is left out.',
  },
  "document.twiceWired": {
    severity: "error",
    text: "the input {found} has an edge already, expected one edge for each input. This one is left out.",
  },
  "document.unlisted": {
    severity: "warning",
    text: "the effect is not listed in `effects`, expected it there. It is put last.",
  },
  "document.renamed": {
    severity: "warning",
    text: "the name {found} is taken, expected one that is free. It is now {name}.",
  },
  "document.more": {
    severity: "error",
    text: "there are {count} more problems, expected none. Mend the first ones and open the file again.",
  },
} as const satisfies Record<string, DiagnosticDeclaration>;
