/** @file An empty module to wire from inside: one value in, the same value out, until something is put between. */
import type { GraphId } from "@chainrule/engine/analysis";
import { freeName, graphOf, namesOf } from "../document/edits/draft";
import { addMember, placeNode } from "../document/edits/nodes";
import { memberHome } from "../document/edits/regions";
import { emptyGraph } from "../document/edits/structure";
import { text } from "../text/text";
import type { PaletteItem } from "./palette-item";

const words = text.palette.items.newModule;

/** Makes the module's graph, a member of it, and the node that calls it. */
export const newModuleItem: PaletteItem = {
  key: "module:new",
  title: words.title,
  glyph: "▣",
  category: "modules",
  hint: "",
  summary: words.summary,
  search: ["nn.Module", "custom", "class", "subgraph", "group"],
  inputs: ["x"],
  outputs: ["out"],
  place(draft, graph, position, newId) {
    const id: GraphId = newId();
    const name = freeName(namesOf(draft.graphs), "Module");
    const module = emptyGraph("module", name);
    module.inputs.push({ name: "x" });
    module.outputs.push({ name: "out" });
    const start = placeNode(module, { kind: "input", port: "x" }, { position: { x: 0, y: 40 }, name: "x" }, newId);
    const end = placeNode(module, { kind: "output", port: "out" }, { position: { x: 320, y: 40 }, name: "result" }, newId); // prettier-ignore
    module.edges.push({ from: [start, "out"], to: [end, "in"] });
    draft.graphs[id] = module;
    const stem = name.charAt(0).toLowerCase() + name.slice(1);
    const home = graphOf(draft, memberHome(draft, graph));
    const member = addMember(home, { type: `graph:${id}`, attrs: {} }, stem, newId);
    return [placeNode(graphOf(draft, graph), { kind: "call", member }, { position, name: `${stem}_out` }, newId)];
  },
};
