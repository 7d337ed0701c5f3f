/** @file What the document itself offers: its Functions, and its module graphs. */
import type { ChainruleDocument } from "@chainrule/engine/analysis";
import { graphOf } from "../document/edits/draft";
import { addMember, placeNode } from "../document/edits/nodes";
import { memberHome } from "../document/edits/regions";
import type { PaletteItem } from "./palette-item";

/** All of its Functions, then its modules; placing one uses it, and copies nothing. */
export function documentItems(document: ChainruleDocument): PaletteItem[] {
  const functions = Object.entries(document.functions).map(([id, definition]): PaletteItem => ({
    key: `function:${id}`,
    title: definition.name,
    glyph: "ƒ",
    category: "functions",
    hint: "",
    summary: definition.summary ?? "",
    search: ["function"],
    inputs: document.graphs[definition.forward]?.inputs.map((port) => port.name) ?? [],
    outputs: document.graphs[definition.forward]?.outputs.map((port) => port.name) ?? [],
    place: (draft, graph, position, newId) => [
      placeNode(
        graphOf(draft, graph),
        { kind: "apply", function: id },
        { position, name: definition.name.toLowerCase() },
        newId,
      ),
    ],
  }));
  const moduleGraphs = Object.entries(document.graphs)
    .filter(([, graph]) => graph.kind === "module")
    .map(([id, module]): PaletteItem => ({
      key: `graph:${id}`,
      title: module.name,
      glyph: "▣",
      category: "document",
      hint: "",
      summary: module.summary ?? "",
      search: ["module"],
      inputs: module.inputs.map((port) => port.name),
      outputs: module.outputs.map((port) => port.name),
      place(draft, graph, position, newId) {
        const owner = graphOf(draft, memberHome(draft, graph));
        const member = addMember(owner, { type: `graph:${id}`, attrs: {} }, module.name.toLowerCase(), newId);
        return [
          placeNode(
            graphOf(draft, graph),
            { kind: "call", member },
            { position, name: `${module.name.toLowerCase()}_out` },
            newId,
          ),
        ];
      },
    }));
  return [...functions, ...moduleGraphs];
}
