/** @file An empty Function to wire from inside: the value as it is, its gradient as it comes, the value saved. */
import { freeName, graphOf, namesOf } from "../document/edits/draft";
import { placeNode } from "../document/edits/nodes";
import { emptyGraph } from "../document/edits/structure";
import { text } from "../text/text";
import type { PaletteItem } from "./palette-item";

const words = text.palette.items.newFunction;

/** Makes both graphs and the Function, and the node that applies it. */
export const newFunctionItem: PaletteItem = {
  key: "function:new",
  title: words.title,
  glyph: "ƒ",
  category: "functions",
  hint: "",
  summary: words.summary,
  search: ["autograd.Function", "custom", "backward"],
  inputs: ["x"],
  outputs: ["y"],
  place(draft, graph, position, newId) {
    const forward = emptyGraph("forward", "forward");
    forward.inputs.push({ name: "x" });
    forward.outputs.push({ name: "y" });
    const x = placeNode(forward, { kind: "input", port: "x" }, { position: { x: 0, y: 40 }, name: "x" }, newId);
    const y = placeNode(forward, { kind: "output", port: "y" }, { position: { x: 320, y: 40 }, name: "y" }, newId);
    const saved = placeNode(
      forward,
      { kind: "save", as: "x" },
      { position: { x: 160, y: 120 }, name: "save_x" },
      newId,
    );
    forward.edges.push({ from: [x, "out"], to: [y, "in"] }, { from: [x, "out"], to: [saved, "in"] });
    const backward = emptyGraph("backward", "backward");
    backward.inputs.push({ name: "y", role: "grad" }, { name: "x", role: "saved" });
    backward.outputs.push({ name: "x" });
    const gradIn = placeNode(
      backward,
      { kind: "input", port: "y" },
      { position: { x: 0, y: 40 }, name: "grad_y" },
      newId,
    );
    placeNode(backward, { kind: "input", port: "x" }, { position: { x: 0, y: 120 }, name: "saved_x" }, newId);
    const gradOut = placeNode(
      backward,
      { kind: "output", port: "x" },
      { position: { x: 320, y: 40 }, name: "grad_x" },
      newId,
    );
    backward.edges.push({ from: [gradIn, "out"], to: [gradOut, "in"] });
    const [forwardId, backwardId, id] = [newId(), newId(), newId()];
    const name = freeName(namesOf(draft.functions), "MyFunction");
    const graphs = namesOf(draft.graphs);
    draft.graphs[forwardId] = { ...forward, name: freeName(graphs, `${name}_forward`) };
    draft.graphs[backwardId] = { ...backward, name: freeName(graphs, `${name}_backward`) };
    draft.functions[id] = { name, forward: forwardId, backward: backwardId, saved: [{ name: "x" }] };
    return [placeNode(graphOf(draft, graph), { kind: "apply", function: id }, { position, name: "applied" }, newId)];
  },
};
