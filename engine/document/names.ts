/** @file Names and ids: names become variables in exported code, ids are opaque keys of the file. */
import { maxNameLength } from "./limits";

/** Words that cannot be a variable in the exported TypeScript or Python. */
const reserved = new Set(
  (
    "and as assert async await break case catch class const continue debugger def default del delete do elif else enum " +
    "except export extends false False finally for from function global if implements import in instanceof interface is " +
    "lambda let new None nonlocal not null or package pass private protected public raise return static super switch " +
    "this throw true True try typeof var void while with yield eval arguments"
  ).split(" "),
);

/** Names that plain objects answer to without holding them. */
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));

/** True for a name that is a variable in TypeScript and in Python: letters, digits and _, not beginning with a digit. */
export function isIdentifier(name: string): boolean {
  return (
    name.length <= maxNameLength && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name) && !inherited.has(name)
  );
}

/** True for a key that may identify a graph, node or member: never a number (JSON would reorder it) nor an inherited key. */
export function isId(id: string): boolean {
  return id.length <= maxNameLength && /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(id) && !inherited.has(id);
}

/** True for what may name a port in an edge: the ports of a Backward are paths such as `0.weight`. */
export function isPortName(name: string): boolean {
  return name.length > 0 && name.length <= 2 * maxNameLength && !inherited.has(name);
}

/** The nearest identifier to any text: `x²` becomes `x_`, `2nd` becomes `_2nd`, `class` becomes `class_`. */
export function toIdentifier(text: string): string {
  const cleaned = text
    .slice(0, maxNameLength - 8)
    .replace(/[^A-Za-z0-9_]+/g, "_")
    .replace(/^(?=\d)/, "_");
  if (cleaned === "") return "node";
  return isIdentifier(cleaned) ? cleaned : `${cleaned}_`;
}

/** `base`, or the first of base_2, base_3, … that is not taken. */
export function uniqueName(base: string, taken: { has(name: string): boolean }): string {
  const start = toIdentifier(base);
  if (!taken.has(start)) return start;
  const stem = start.replace(/_\d+$/, "");
  for (let n = 2; ; n++) {
    const name = `${stem}_${n}`;
    if (!taken.has(name)) return name;
  }
}
