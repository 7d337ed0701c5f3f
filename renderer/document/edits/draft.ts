/** @file Finding one's way in a document under edit: graphs, ids and names. */
import type { Draft } from "immer";
import {
  toIdentifier,
  type ChainruleDocument,
  type Graph,
  type GraphId,
  type NodeId,
} from "@chainrule/engine/analysis";

export type DocumentDraft = Draft<ChainruleDocument>;
export type GraphDraft = Draft<Graph>;
export type NodeDraft = GraphDraft["nodes"][NodeId];

/** Makes ids that no document has yet; tests hand in a counter. */
export type IdSource = () => string;

const letters = "abcdefghijklmnopqrstuvwxyz";

/** A random letter and eight random letters or digits: an id never looks like a number. */
export const randomId: IdSource = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte, i) =>
    i === 0 ? (letters[byte % 26] ?? "n") : (byte % 36).toString(36),
  ).join("");

/** The graph of that id; an edit of a missing graph is our bug. */
export function graphOf(draft: DocumentDraft, id: GraphId): GraphDraft {
  const graph = draft.graphs[id];
  if (graph === undefined) throw new Error(`Invariant: graph ${id} is not in the document`);
  return graph;
}

/** The names of a document's graphs, of its Functions, or of what a graph holds. */
export function namesOf(named: Readonly<Record<string, { readonly name: string }>>): Set<string> {
  return new Set(Object.values(named).map(({ name }) => name));
}

/** Every name taken in a graph: nodes, members and ports become identifiers of one scope. */
export function namesIn(graph: Graph | GraphDraft): Set<string> {
  return new Set([...namesOf(graph.nodes), ...namesOf(graph.members)]);
}

/** `wanted`, or wanted2, wanted3, … where it is taken; what is no identifier is made one. */
export function freeName(taken: ReadonlySet<string>, wanted: string): string {
  const name = toIdentifier(wanted);
  if (!taken.has(name)) return name;
  const stem = name.replace(/[0-9]+$/, "") || name;
  for (let count = 2; ; count++) {
    if (!taken.has(`${stem}${count}`)) return `${stem}${count}`;
  }
}

/** A free name for a node: one that reads a parameter or buffer may go by its name, as the variable that it is. */
export function freeNodeName(graph: Graph | GraphDraft, content: { readonly kind: string }, wanted: string): string {
  const called = "member" in content && typeof content.member === "string" ? graph.members[content.member] : undefined;
  const isState = called?.type === "parameter" || called?.type === "buffer";
  const taken = namesIn(graph);
  const isFree = called !== undefined && Object.values(graph.nodes).every((node) => node.name !== called.name);
  return isState && isFree && wanted === called.name ? wanted : freeName(taken, wanted);
}
