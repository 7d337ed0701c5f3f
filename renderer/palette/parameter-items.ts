/** @file A parameter or a buffer of its own: a member and the node that reads it. */
import { graphOf } from "../document/edits/draft";
import { addMember, placeNode } from "../document/edits/nodes";
import { memberHome } from "../document/edits/regions";
import { text } from "../text/text";
import type { PaletteItem } from "./palette-item";

function placeParameter(type: "parameter" | "buffer"): PaletteItem["place"] {
  return (draft, graph, position, newId) => {
    const owner = graphOf(draft, memberHome(draft, graph));
    const init = type === "parameter" ? ({ kind: "randn" } as const) : ({ kind: "zeros" } as const);
    const member = addMember(owner, { type, attrs: { shape: [] }, init }, type === "parameter" ? "w" : "buffer", newId);
    const name = owner.members[member]?.name ?? "w";
    return [placeNode(graphOf(draft, graph), { kind: "call", member }, { position, name }, newId)];
  };
}

/** Both of them. */
export function parameterItems(): PaletteItem[] {
  const { items } = text.palette;
  const shared = { hint: "[…]", inputs: [], outputs: ["out"], category: "members" as const };
  return [
    {
      ...shared,
      key: "member:parameter",
      title: items.parameter.title,
      glyph: "◆",
      summary: items.parameter.summary,
      search: ["nn.Parameter", "weight", "variable"],
      place: placeParameter("parameter"),
    },
    {
      ...shared,
      key: "member:buffer",
      title: items.buffer.title,
      glyph: "◇",
      summary: items.buffer.summary,
      search: ["state", "constant"],
      place: placeParameter("buffer"),
    },
  ];
}
