/** @file The hash by which host and client know that they hold the same document. */
import { hashText } from "../ir/hash-text";
import type { DocumentPatch } from "./payloads";

/** The hash of a document that travelled whole. Clones keep the order of keys, so both sides get the same. */
export function wholeHash(document: unknown): string {
  return hashText(JSON.stringify(document));
}

/** The hash after an edit: over the hash before it and the patches, so that an edit costs what the edit is long. */
export function patchedHash(before: string, patches: readonly DocumentPatch[]): string {
  return hashText(`${before} ${JSON.stringify(patches)}`);
}
