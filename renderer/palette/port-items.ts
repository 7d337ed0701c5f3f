/** @file Ports that a graph can be given, as items: inputs, outputs, values carried round, values saved for backward. */
import type { ChainruleDocument, GraphId } from "@chainrule/engine/analysis";
import { addCarried, addGraphInput, addGraphOutput, addSaved } from "../document/edits/ports";
import { text } from "../text/text";
import type { PaletteItem } from "./palette-item";

const words = text.palette.items;
const shared = { category: "ports" as const, hint: "", inputs: [] as string[], outputs: [] as string[] };

const input: PaletteItem = {
  ...shared,
  key: "port:input",
  title: words.graphInput.title,
  glyph: "→",
  summary: words.graphInput.summary,
  search: ["port", "argument"],
  outputs: ["out"],
  place: addGraphInput,
};

const output: PaletteItem = {
  ...shared,
  key: "port:output",
  title: words.graphOutput.title,
  glyph: "←",
  summary: words.graphOutput.summary,
  search: ["port", "return", "result"],
  inputs: ["in"],
  place: addGraphOutput,
};

const carried: PaletteItem = {
  ...shared,
  key: "port:carried",
  title: words.carried.title,
  glyph: "↻",
  summary: words.carried.summary,
  search: ["port", "loop", "state"],
  outputs: ["out"],
  place: addCarried,
};

const saved: PaletteItem = {
  ...shared,
  key: "port:save",
  title: words.save.title,
  glyph: "↧",
  summary: words.save.summary,
  search: ["save_for_backward", "ctx"],
  inputs: ["in"],
  place: addSaved,
};

/** What fits the kind of the graph. A backward's ports are its forward's: they are made there. */
export function portItems(document: ChainruleDocument, graph: GraphId): readonly PaletteItem[] {
  const found = document.graphs[graph];
  if (found === undefined || graph === document.root) return [];
  switch (found.kind) {
    case "module":
      return [input, output];
    case "body":
      return [carried, input];
    case "forward":
      return [input, output, saved];
    case "model":
    case "backward":
      return [];
  }
}
