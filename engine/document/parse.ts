/** @file parseDocument: the text of a `.chainrule` file → a document, recovering what can be read of a damaged one. */
import type { Diagnostic } from "../ir/diagnostic";
import { createGraph, defaultTraining } from "./create";
import { Damage, printFound } from "./damage";
import {
  formatName,
  formatVersion,
  type ChainruleDocument,
  type FunctionDefinition,
  type Graph,
  type Resource,
  type Training,
} from "./document";
import { maxGraphs } from "./limits";
import { bytesExcess, excessOf } from "./measure";
import { migrate } from "./migrations";
import { isId } from "./names";
import { readGraph } from "./parse-graph";
import { asRecord, entriesOf } from "./raw";
import { mendReferences } from "./mend";
import { fieldSchemas, functionSchema, resourceSchema, viewSchema } from "./schema";

/**
 * A file read. `readOnly` when it holds what this version does not know: it may be run and looked at, and is saved by
 * writing `source`, the text it came from.
 */
export type ParseResult =
  | {
      readonly ok: true;
      readonly document: ChainruleDocument;
      readonly diagnostics: readonly Diagnostic[];
      readonly readOnly: boolean;
      readonly source: string;
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export interface ParseOptions {
  /** The file's name, for diagnostics. */
  readonly file?: string;
}

/** What JSON.parse says, without the piece of the file it quotes: that may be of any length, and hold control codes. */
function jsonProblem(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const token = /^Unexpected token '?(.)/su.exec(said)?.[1];
  if (token === undefined) return said.replace(/\p{Cc}/gu, " ").slice(0, 100);
  const code = (token.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(token) && token !== "\uFFFD" ? `unexpected ${token}` : `unexpected U+${code}`;
}

/** Reads a document from a file's text or bytes. Never throws; what cannot be read is dropped and reported. */
export function parseDocument(content: string | Uint8Array, options: ParseOptions = {}): ParseResult {
  const damage = new Damage(options.file ?? "document");
  const refuse = (): ParseResult => ({ ok: false, diagnostics: damage.list() });
  const tooLarge = typeof content === "string" ? null : bytesExcess(content.byteLength);
  if (tooLarge) {
    damage.report("document.tooLarge", [], tooLarge);
    return refuse();
  }
  const source = typeof content === "string" ? content : new TextDecoder().decode(content);
  const excess = excessOf(source);
  if (excess) {
    damage.report("document.tooLarge", [], excess);
    return refuse();
  }
  let raw: unknown;
  try {
    raw = JSON.parse(source.replace(/^\uFEFF/, ""));
  } catch (error) {
    damage.report("document.notJson", [], { found: jsonProblem(error) });
    return refuse();
  }
  const top = asRecord(raw);
  if (top === null || top["format"] !== formatName) {
    damage.report("document.foreign", ["format"], { found: printFound(top === null ? raw : top["format"]) });
    return refuse();
  }
  const version = top["version"];
  if (typeof version !== "number" || !Number.isInteger(version) || version < 0) {
    damage.report("document.invalid", ["version"], { expected: "an integer ≥ 0", found: printFound(version) });
    return refuse();
  }
  const newer = version > formatVersion;
  if (newer) damage.report("document.newer", ["version"], { found: version, known: formatVersion });
  const migrated = newer ? top : migrate(top, version);
  const { document, foreign } = readDocument(migrated, version, damage);
  const mended = mendReferences(document, damage);
  return { ok: true, document: mended, diagnostics: damage.list(), readOnly: newer || foreign, source };
}

function readDocument(
  top: Readonly<Record<string, unknown>>,
  version: number,
  damage: Damage,
): { document: ChainruleDocument; foreign: boolean } {
  let foreign = false;
  const known = new Set([
    "format", "version", "name", "seed", "root", "graphs", "functions", "resources", "training", "view",
  ]); // prettier-ignore
  for (const key of Object.keys(top)) if (!known.has(key)) damage.report("document.unknownField", [key]);
  const graphs: Record<string, Graph> = {};
  for (const [id, value] of entriesOf(top["graphs"], ["graphs"], damage, maxGraphs)) {
    const read = readGraph(value, ["graphs", id], damage);
    graphs[id] = read.graph;
    foreign ||= read.foreign;
  }
  const functions: Record<string, FunctionDefinition> = {};
  for (const [id, value] of entriesOf(top["functions"] ?? {}, ["functions"], damage, maxGraphs)) {
    const read = damage.read(functionSchema, value, ["functions", id]);
    if (read) functions[id] = read;
  }
  const resources: Record<string, Resource> = {};
  for (const [id, value] of entriesOf(top["resources"] ?? {}, ["resources"], damage, maxGraphs)) {
    const read = damage.read(resourceSchema, value, ["resources", id]);
    if (read) resources[id] = read;
  }
  const root = readRoot(top["root"], graphs, damage);
  return {
    foreign,
    document: {
      format: formatName,
      version: Math.max(version, formatVersion),
      name:
        top["name"] === undefined ? "Untitled" : (damage.read(fieldSchemas.name, top["name"], ["name"]) ?? "Untitled"),
      seed: top["seed"] === undefined ? 0 : (damage.read(fieldSchemas.seed, top["seed"], ["seed"]) ?? 0),
      root,
      graphs,
      functions,
      resources,
      training: readTraining(top["training"], damage),
      view: top["view"] === undefined ? {} : (damage.read(viewSchema, top["view"], ["view"]) ?? {}),
    },
  };
}

/** The root's id; where it names no graph, that of the first model graph, or of a new empty one. */
function readRoot(value: unknown, graphs: Record<string, Graph>, damage: Damage): string {
  if (typeof value === "string" && Object.hasOwn(graphs, value)) return value;
  const first = Object.entries(graphs).find(([, graph]) => graph.kind === "model")?.[0];
  const root = first ?? (typeof value === "string" && isId(value) ? value : "main");
  damage.report("document.noRoot", ["root"], { found: printFound(value), root });
  if (first === undefined) graphs[root] = createGraph("model", "main");
  return root;
}

function readTraining(value: unknown, damage: Damage): Training {
  const path = ["training"];
  const record = value === undefined ? {} : asRecord(value);
  if (record === null) {
    damage.report("document.invalid", path, { expected: "an object", found: printFound(value) });
    return defaultTraining;
  }
  const field = <K extends keyof Training>(key: K): Training[K] => {
    const found = record[key];
    if (found === undefined) return defaultTraining[key];
    const read: unknown = damage.read<unknown>(fieldSchemas[key], found, [...path, key]);
    return read === null ? defaultTraining[key] : (read as Training[K]);
  };
  for (const key of Object.keys(record)) {
    if (!Object.hasOwn(defaultTraining, key)) damage.report("document.unknownField", [...path, key]);
  }
  return {
    loss: field("loss"),
    steps: field("steps"),
    logEvery: field("logEvery"),
    device: field("device"),
    stopOnNaN: field("stopOnNaN"),
  };
}
