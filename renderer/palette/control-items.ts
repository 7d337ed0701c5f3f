/** @file An expression, a loop and a branch; the last two come with bodies that hand their input on. */
import type { GraphId } from "@chainrule/engine/analysis";
import { freeName, graphOf, namesOf, type DocumentDraft, type IdSource } from "../document/edits/draft";
import { placeNode } from "../document/edits/nodes";
import { emptyGraph } from "../document/edits/structure";
import { text } from "../text/text";
import type { PaletteItem } from "./palette-item";

function bodyGraph(draft: DocumentDraft, name: string, newId: IdSource, index: boolean): GraphId {
  const id: GraphId = newId();
  const graph = emptyGraph("body", freeName(namesOf(draft.graphs), name));
  graph.inputs.push({ name: "h", role: "carried" }, ...(index ? [{ name: "i", role: "index" as const }] : []));
  graph.outputs.push({ name: "h", role: "carried" });
  const start = placeNode(graph, { kind: "input", port: "h" }, { position: { x: 0, y: 40 }, name: "h" }, newId);
  const end = placeNode(graph, { kind: "output", port: "h" }, { position: { x: 320, y: 40 }, name: "h_next" }, newId);
  if (index) placeNode(graph, { kind: "input", port: "i" }, { position: { x: 0, y: 100 }, name: "i" }, newId);
  graph.edges.push({ from: [start, "out"], to: [end, "in"] });
  draft.graphs[id] = graph;
  return id;
}

/** All three. */
export function controlItems(): PaletteItem[] {
  const { items } = text.palette;
  const shared = { category: "control" as const, inputs: ["h"], outputs: ["h"] };
  return [
    {
      ...shared,
      key: "control:expression",
      title: items.expression.title,
      glyph: "=",
      hint: "a + b*x",
      summary: items.expression.summary,
      search: ["formula", "code", "math"],
      inputs: ["x"],
      outputs: ["out"],
      place: (draft, graph, position, newId) => [
        placeNode(
          graphOf(draft, graph),
          { kind: "expression", formula: "2*x + 1" },
          { position, name: "expression" },
          newId,
        ),
      ],
    },
    {
      ...shared,
      key: "control:repeat",
      title: items.repeat.title,
      glyph: "↻",
      hint: "count",
      summary: items.repeat.summary,
      search: ["for", "loop", "range"],
      place(draft, graph, position, newId) {
        const body = bodyGraph(draft, "body", newId, true);
        const content = { kind: "repeat" as const, body, count: { kind: "constant" as const, value: 2 } };
        return [placeNode(graphOf(draft, graph), content, { position, name: "repeat" }, newId)];
      },
    },
    {
      ...shared,
      key: "control:branch",
      title: items.branch.title,
      glyph: "⋔",
      hint: "cond",
      summary: items.branch.summary,
      search: ["if", "else", "condition"],
      place(draft, graph, position, newId) {
        const content = {
          kind: "branch" as const,
          whenTrue: bodyGraph(draft, "when_true", newId, false),
          whenFalse: bodyGraph(draft, "when_false", newId, false),
          condition: { kind: "randint" as const, under: 1, outOf: 2 },
        };
        return [placeNode(graphOf(draft, graph), content, { position, name: "branch" }, newId)];
      },
    },
  ];
}
