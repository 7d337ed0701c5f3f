/** @file What is wrong with a file: collects diagnostics with the path of what they are about. */
import type { z } from "zod";
import { diagnosticCatalogue, type Diagnostic, type DiagnosticCode, type DiagnosticParameters } from "../ir/diagnostic";
import { maxFileDiagnostics } from "./limits";

export type Path = readonly (string | number)[];

/** `graphs.main.nodes.fc1.attrs.axis`, with positions of lists in brackets. */
export function printPath(path: Path): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

/** A value as a diagnostic prints it: at most 60 characters of JSON. */
export function printFound(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const printed = JSON.stringify(value) ?? String(value);
  return printed.length <= 60 ? printed : `${printed.slice(0, 57)}…`;
}

/** The diagnostics of one file. Beyond maxFileDiagnostics they are only counted. */
export class Damage {
  readonly #file: string;
  readonly #diagnostics: Diagnostic[] = [];
  #more = 0;

  constructor(file: string) {
    this.#file = file;
  }

  report(code: DiagnosticCode, path: Path, parameters: DiagnosticParameters = {}): void {
    if (this.#diagnostics.length >= maxFileDiagnostics) {
      this.#more++;
      return;
    }
    this.#diagnostics.push(this.#make(code, path, parameters));
  }

  #make(code: DiagnosticCode, path: Path, parameters: DiagnosticParameters): Diagnostic {
    const [first, graph, second, record] = path.map(String);
    const place = {
      graph: first === "graphs" ? (graph ?? "") : "",
      ...(second === "nodes" && record !== undefined ? { node: record } : {}),
      ...(second === "members" && record !== undefined ? { member: record } : {}),
    };
    const where = path.length === 0 ? this.#file : `${this.#file} › ${printPath(path)}`;
    return { code, severity: diagnosticCatalogue[code].severity, place, where, parameters, fixes: [] };
  }

  list(): readonly Diagnostic[] {
    if (this.#more === 0) return this.#diagnostics;
    return [...this.#diagnostics, this.#make("document.more", [], { count: this.#more })];
  }

  /**
   * The value when it fits the schema; null, with a diagnostic for each misfit, when not. Fields the schema does not
   * know are left out and reported, and cost nothing else.
   */
  read<T>(schema: z.ZodType<T>, value: unknown, path: Path): T | null {
    const first = schema.safeParse(value);
    if (first.success) return first.data;
    const unknown = first.error.issues.filter((issue) => issue.code === "unrecognized_keys");
    if (unknown.length === first.error.issues.length) {
      const trimmed = structuredClone(value);
      for (const issue of unknown) {
        const record = valueAt(trimmed, issue.path);
        for (const key of issue.keys) {
          this.report("document.unknownField", [...path, ...keysOf(issue.path), key]);
          if (typeof record === "object" && record !== null) Reflect.deleteProperty(record, key);
        }
      }
      const second = schema.safeParse(trimmed);
      if (second.success) return second.data;
    }
    const told = new Set<string>();
    for (const issue of first.error.issues) {
      const at = keysOf(issue.path);
      // A number may break two rules that read alike.
      const text = `${printPath(at)} ${issue.message}`;
      if (issue.code === "unrecognized_keys" || told.has(text)) continue;
      told.add(text);
      this.report("document.invalid", [...path, ...at], {
        expected: issue.message,
        found: printFound(valueAt(value, at)),
      });
    }
    return null;
  }
}

function keysOf(path: readonly PropertyKey[]): (string | number)[] {
  return path.map((key) => (typeof key === "symbol" ? String(key) : key));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}
