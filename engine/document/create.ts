/** @file Makes documents, graphs and ids: for the app's commands, for examples and for tests. */
import {
  formatName,
  formatVersion,
  type ChainruleDocument,
  type Graph,
  type GraphKind,
  type Training,
} from "./document";

/** What a document trains with unless it says otherwise. */
export const defaultTraining: Training = { loss: null, steps: 500, logEvery: 50, device: "auto", stopOnNaN: true };

/** A graph with nothing in it. */
export function createGraph(kind: GraphKind, name: string, content: Partial<Graph> = {}): Graph {
  return {
    kind,
    name,
    inputs: [],
    outputs: [],
    members: {},
    draws: [],
    effects: [],
    nodes: {},
    edges: [],
    notes: [],
    frames: [],
    ...content,
  };
}

/** A document with an empty model graph "main" as its root. */
export function createDocument(name: string, content: Partial<ChainruleDocument> = {}): ChainruleDocument {
  return {
    format: formatName,
    version: formatVersion,
    name,
    seed: 0,
    root: "main",
    graphs: { main: createGraph("model", "main") },
    functions: {},
    resources: {},
    training: defaultTraining,
    view: {},
    ...content,
  };
}

/** Makes ids such as "n7f3k2q9": a prefix and eight letters or digits from `random`, uniform in [0, 1). */
export function createIds(random: () => number = Math.random): (prefix: string) => string {
  const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
  return (prefix) =>
    prefix + Array.from({ length: 8 }, () => alphabet[Math.floor(random() * alphabet.length)] ?? "0").join("");
}
