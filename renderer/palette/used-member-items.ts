/** @file Using a member again: one set of weights, another node. */
import {
  memberKind,
  standardLibrary,
  visibleMembers,
  type ChainruleDocument,
  type GraphId,
} from "@chainrule/engine/analysis";
import { graphOf } from "../document/edits/draft";
import { placeNode } from "../document/edits/nodes";
import { text } from "../text/text";
import type { PaletteItem } from "./palette-item";

/** The members that a graph sees: its own, and those of the graphs around a body. */
export function usedMemberItems(document: ChainruleDocument, graph: GraphId): readonly PaletteItem[] {
  return [...visibleMembers(document, graph)].flatMap(([id, member]): PaletteItem[] => {
    const kind = memberKind(member, standardLibrary);
    if (kind.kind === "optimizer" || kind.kind === "unknown") return [];
    const inner = kind.kind === "graph" ? document.graphs[kind.graph] : undefined;
    const isState = kind.kind === "parameter" || kind.kind === "buffer";
    return [
      {
        key: `use:${id}`,
        title: member.name,
        glyph: kind.kind === "module" ? kind.module.glyph : kind.kind === "graph" ? "▣" : "◆",
        category: "used",
        hint: member.type.replace(/^graph:.*/, inner?.name ?? "module"),
        summary: text.palette.items.useAgain(member.name),
        search: ["use again", "shared", member.type],
        inputs: isState
          ? []
          : kind.kind === "module"
            ? kind.module.inputs
            : (inner?.inputs.map((port) => port.name) ?? []),
        outputs: inner?.outputs.map((port) => port.name) ?? ["out"],
        place: (draft, owner, position, newId) => [
          placeNode(
            graphOf(draft, owner),
            { kind: "call", member: id },
            { position, name: isState ? member.name : `${member.name}_out` },
            newId,
          ),
        ],
      },
    ];
  });
}
