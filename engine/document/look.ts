/** @file What of a document is only how it looks: an edit of nothing else leaves every number as it is. */
import type { ChainruleDocument, NodeFlags } from "./document";

const lookFlags: ReadonlySet<string> = new Set<keyof NodeFlags>(["collapsed", "pinned", "breakpoint"]);

type Step = string | number | undefined;

/** The flags that are set and change what a node computes. */
export function meantFlags(flags: NodeFlags | undefined): Readonly<Record<string, true>> {
  const set = Object.entries(flags ?? {}).filter(([name, on]) => on && !lookFlags.has(name));
  return Object.fromEntries(set.map(([name]) => [name, true as const]));
}

/** True where patches between two documents change nothing but places, labels, notes, frames, the view and how nodes are shown. */
export function isLookOnly(
  before: ChainruleDocument,
  after: ChainruleDocument,
  patches: readonly { readonly path: readonly (string | number)[] }[],
): boolean {
  const meant = (document: ChainruleDocument, graph: Step, node: Step): string =>
    Object.keys(meantFlags(document.graphs[`${graph}`]?.nodes[`${node}`]?.flags))
      .sort()
      .join();
  // By place and not by word: ids are free, and a node may be called "label".
  return patches.every(({ path: [record, graph, part, node, field] }) => {
    if (record !== "graphs") return record === "view";
    if (part === "notes" || part === "frames" || (part === "nodes" && (field === "position" || field === "label")))
      return true;
    return part === "nodes" && field === "flags" && meant(before, graph, node) === meant(after, graph, node);
  });
}
