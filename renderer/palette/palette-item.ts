/** @file What an item of the palette is. */
import type { GraphId, NodeId } from "@chainrule/engine/analysis";
import type { DocumentDraft, IdSource } from "../document/edits/draft";

export const itemCategories = [
  "ports", "used", "members", "creation", "random", "pointwise", "comparison", "reduce", "view", "linear algebra",
  "activation", "loss", "gradient", "modules", "control", "effects", "functions", "document",
] as const; // prettier-ignore
export type ItemCategory = (typeof itemCategories)[number];

export type Position = { readonly x: number; readonly y: number };

/** One thing that can be added. */
export interface PaletteItem {
  /** Stable across sessions: recent and pinned items are kept by it. */
  readonly key: string;
  readonly title: string;
  readonly glyph: string;
  readonly category: ItemCategory;
  /** Its signature in a few letters: "x, n". */
  readonly hint: string;
  readonly summary: string;
  readonly search: readonly string[];
  /** Ports that an edge dropped here would take. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  place(draft: DocumentDraft, graph: GraphId, position: Position, newId: IdSource): readonly NodeId[];
}
