/** @file printDocument: a document as text that diffs well: a fixed order, one node, edge or member a line. */
import type { ChainruleDocument } from "./document";

/** Keys in the order they are printed at each kind of record; any others follow by name. */
const order = [
  "format", "version", "name", "kind", "seed", "root", "start", "end", "loss", "steps", "logEvery", "device", "stopOnNaN", "training", "graphs", "functions", "resources", "view",
  "op", "member", "function", "body", "count", "whenTrue", "whenFalse", "condition", "formula", "effect", "port", "as",
  "type", "attrs", "init", "children", "draw", "label", "flags", "position", "raw",
  "summary", "inputs", "outputs", "members", "draws", "effects", "nodes", "edges", "notes", "frames",
  "from", "to",
]; // prettier-ignore
const rank = new Map(order.map((key, i) => [key, i]));

/** Records that may be reordered: their keys carry no meaning, so that they are printed by id whatever their history. */
const sortedRecords = new Set(["graphs", "functions", "resources", "nodes"]);

/** Lists and records of which each entry has a line of its own. */
const spread = new Set([
  "graphs", "functions", "resources", "nodes", "members", "edges", "notes", "frames",
]); // prettier-ignore

/** A file's text: parseDocument of it gives the document back, and printing that gives the same text. */
export function printDocument(document: ChainruleDocument): string {
  return `${printBlock(document, "", null)}\n`;
}

function printBlock(value: object, indent: string, key: string | null): string {
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const items = key === "edges" ? [...value].sort(byInput) : value;
    return `[\n${items.map((item: unknown) => deeper + printLine(item)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  if (entries.length === 0) return "{}";
  if (key !== null && sortedRecords.has(key)) entries.sort(([a], [b]) => compare(a, b));
  else if (key === null || !spread.has(key)) entries.sort(byRank);
  const isBlock = (name: string, entry: unknown): entry is object =>
    typeof entry === "object" && entry !== null && (key === "graphs" || (spread.has(name) && key === null));
  const lines = entries.map(([name, entry]) => {
    const printed = isBlock(name, entry) ? printBlock(entry, deeper, key === "graphs" ? null : name) : printLine(entry);
    return `${deeper}${JSON.stringify(name)}: ${printed}`;
  });
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

/** A value on one line, with spaces: `{ "kind": "op", "op": "add" }`. What was not understood keeps its own order. */
function printLine(value: unknown, sorted = true): string {
  if (typeof value === "number") return printNumber(value);
  if (Array.isArray(value)) return `[${value.map((item) => printLine(item, sorted)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if ("kind" in value && value.kind === "unknown" && "raw" in value) return printLine(value.raw, false);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  if (entries.length === 0) return "{}";
  if (sorted) entries.sort(byRank);
  return `{ ${entries.map(([name, entry]) => `${JSON.stringify(name)}: ${printLine(entry, sorted)}`).join(", ")} }`;
}

/** The shortest text that reads back as the number; what JSON has no number for is a string. */
function printNumber(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
}

function byRank([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return (rank.get(a) ?? order.length) - (rank.get(b) ?? order.length) || compare(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byInput(a: { to: readonly string[] }, b: { to: readonly string[] }): number {
  return compare(a.to.join("\0"), b.to.join("\0"));
}
