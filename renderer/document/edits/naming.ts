/** @file Edits of what graphs and Functions are called, and of the sentence that says what they compute. */
import type { FunctionDefinition, FunctionId, GraphId } from "@chainrule/engine/analysis";
import { freeName, graphOf, type DocumentDraft } from "./draft";

/** The Function that a graph is a side of, if it is one. */
export function functionOfSide(
  functions: Readonly<Record<FunctionId, Pick<FunctionDefinition, "forward" | "backward">>>,
  graph: GraphId,
): FunctionId | null {
  return Object.entries(functions).find(([, { forward, backward }]) => forward === graph || backward === graph)?.[0] ?? null; // prettier-ignore
}

/** Gives a graph a free name close to the wanted one; a side of a Function renames the Function and its other side. */
export function renameGraph(draft: DocumentDraft, graph: GraphId, wanted: string): void {
  const id = functionOfSide(draft.functions, graph);
  const definition = id === null ? undefined : draft.functions[id];
  const rename = (target: GraphId, name: string): void => {
    const others = Object.entries(draft.graphs).flatMap(([other, { name: known }]) =>
      other === target ? [] : [known],
    );
    graphOf(draft, target).name = freeName(new Set(others), name);
  };
  if (definition === undefined) {
    rename(graph, wanted);
    return;
  }
  const others = Object.values(draft.functions).flatMap((known) => (known === definition ? [] : [known.name]));
  definition.name = freeName(new Set(others), wanted);
  rename(definition.forward, `${definition.name}_forward`);
  rename(definition.backward, `${definition.name}_backward`);
}

/** Says what a module or Function computes; an empty sentence takes it away. */
export function summarizeGraph(draft: DocumentDraft, graph: GraphId, summary: string): void {
  const id = functionOfSide(draft.functions, graph);
  const target = (id === null ? undefined : draft.functions[id]) ?? graphOf(draft, graph);
  if (summary.trim() === "") delete target.summary;
  else target.summary = summary.trim();
}
