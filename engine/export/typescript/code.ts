/** @file Pieces of code that remember which nodes of the document they came from. */

/** A node of the document: its graph's id and its own. */
export type NodeKey = `${string}/${string}`;

/** An expression: its text, and the nodes inside it. */
export interface Expression {
  readonly text: string;
  readonly nodes: readonly NodeKey[];
  /** A plain number rather than a tensor: it has no methods. */
  readonly number?: boolean;
}

/** Text that stands for no node. */
export function plain(text: string): Expression {
  return { text, nodes: [] };
}

/** The same text with more nodes. */
export function within(expression: Expression, ...nodes: readonly NodeKey[]): Expression {
  return { ...expression, nodes: [...expression.nodes, ...nodes] };
}

/** Lines of a file a node is found in, counted from 1, both included. */
export interface LineRange {
  readonly node: NodeKey;
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** A file being written, line by line. */
export class CodeWriter {
  private readonly lines: string[] = [];
  private readonly found: { node: NodeKey; start: number; end: number }[] = [];
  private depth = 0;

  get length(): number {
    return this.lines.length;
  }

  line(text: string, nodes: readonly NodeKey[] = []): void {
    const start = this.lines.length + 1;
    for (const part of text.split("\n")) this.lines.push(part === "" ? "" : "  ".repeat(this.depth) + part);
    for (const node of new Set(nodes)) this.found.push({ node, start, end: this.lines.length });
  }

  /** An empty line, unless one stands there or a block has just begun. */
  gap(): void {
    const last = this.lines.at(-1);
    if (last !== undefined && last !== "" && !/[{([]$/.test(last)) this.lines.push("");
  }

  /** `head {`, what `body` writes, `tail`; the nodes get the whole of it. */
  block(head: string, body: () => void, tail = "}", nodes: readonly NodeKey[] = []): void {
    const start = this.lines.length + 1;
    this.line(head);
    this.depth++;
    body();
    this.depth--;
    this.line(tail);
    for (const node of new Set(nodes)) this.found.push({ node, start, end: this.lines.length });
  }

  /** Notes that a node is found in lines already written. */
  mark(node: NodeKey, start: number, end: number): void {
    this.found.push({ node, start, end });
  }

  finish(path: string, header: readonly string[]): { readonly text: string; readonly ranges: readonly LineRange[] } {
    const ranges = this.found.map(({ node, start, end }) => ({
      node,
      path,
      start: start + header.length,
      end: end + header.length,
    }));
    return { text: [...header, ...this.lines, ""].join("\n"), ranges };
  }
}

/** Text that cannot end the comment it stands in, on one line. */
export function commentText(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/\*\//g, "* /")
    .replace(/\/\*/g, "/ *")
    .trim()
    .slice(0, 200);
}

/** A number as a person writes it: 1e-6, Math.PI, 0.3. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (Object.is(value, -0)) return "-0";
  if (Math.abs(value) === Math.PI) return value < 0 ? "-Math.PI" : "Math.PI";
  const short = String(value);
  if (Number.isInteger(value) && short.length < 7) return short;
  const exponential = value.toExponential().replace("e+", "e");
  return exponential.length < short.length ? exponential : short;
}

/** A constant of the document as code: numbers, text, lists, true, false, null. */
export function constantText(value: unknown): string {
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return value;
  if (typeof value === "number") return numberText(value);
  if (Array.isArray(value)) return `[${value.map(constantText).join(", ")}]`;
  if (typeof value === "string")
    return JSON.stringify(value)
      .replace(/\u2028/g, "\\u2028")
      .replace(/\u2029/g, "\\u2029");
  return value === true ? "true" : value === false ? "false" : "null";
}
