/** @file The templates of the gallery: the example documents that ship with the app, and what is said of each. */
import { parseDocument, type ChainruleDocument } from "@chainrule/engine/analysis";
import listed from "../../assets/gallery/templates.json";

const files: Readonly<Record<string, string>> = import.meta.glob("../../assets/examples/*.chainrule", {
  query: "?raw",
  import: "default",
  eager: true,
});

export const templateGroups = ["sine", "network", "tensors"] as const;
export type TemplateGroup = (typeof templateGroups)[number];

export interface Template {
  readonly id: string;
  /** File name without its ending. */
  readonly file: string;
  readonly group: TemplateGroup;
  readonly summary: string;
  /** PyTorch's last logged loss at seed 0; null where nothing is trained. */
  readonly loss: number | null;
  readonly source: string;
  readonly document: ChainruleDocument;
}

/** Every template, the one to begin with first. */
export const templates: readonly Template[] = listed.flatMap((entry) => {
  const source = files[`../../assets/examples/${entry.file}.chainrule`];
  const group = templateGroups.find((known) => known === entry.group);
  const parsed = source === undefined ? null : parseDocument(source);
  if (source === undefined || group === undefined || !parsed?.ok) return [];
  return [
    { id: entry.id, file: entry.file, group, summary: entry.text, loss: entry.loss, source, document: parsed.document },
  ];
});
