/** @file The hash by which host and client know that they hold the same document. */
import type { DocumentPatch } from "./payloads";

/** 64 bits over UTF-16 units, in hexadecimal (two FNV-1a lanes). */
function hashText(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit ^ (a >>> 15), 0x85ebca6b);
  }
  const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, "0");
  return hex(a) + hex(b);
}

/** The hash of a document that travelled whole. Clones keep the order of keys, so both sides get the same. */
export function wholeHash(document: unknown): string {
  return hashText(JSON.stringify(document));
}

/** The hash after an edit: over the hash before it and the patches, so that an edit costs what the edit is long. */
export function patchedHash(before: string, patches: readonly DocumentPatch[]): string {
  return hashText(`${before} ${JSON.stringify(patches)}`);
}
