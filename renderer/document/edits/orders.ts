/** @file Edits of the two orders that wires do not say: what is drawn first, and which effect happens first. */
import type { GraphId } from "@chainrule/engine/analysis";
import { graphOf, type DocumentDraft } from "./draft";

/** The lists of a graph whose order means something. */
export const orders = ["draws", "effects"] as const;
export type Order = (typeof orders)[number];

/** Puts an entry of a list at a position, clamped to the list. */
export function moveInOrder(draft: DocumentDraft, graph: GraphId, order: Order, id: string, to: number): void {
  const list: string[] = graphOf(draft, graph)[order];
  const from = list.indexOf(id);
  const position = Math.min(Math.max(to, 0), list.length - 1);
  if (from === -1 || from === position) return;
  list.splice(from, 1);
  list.splice(position, 0, id);
}
