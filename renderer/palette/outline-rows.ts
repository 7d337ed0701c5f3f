/** @file The outline as lines: graphs, the orders of their draws and effects, and their nodes. */
import type { ChainruleDocument, GraphId, Library, NodeId } from "@chainrule/engine/analysis";
import { orders, type Order } from "../document/edits/orders";
import { viewNode } from "../nodes/node-view";
import { text } from "../text/text";

interface RowBase {
  readonly key: string;
  readonly graph: GraphId;
  /** 1 for a graph, 2 for what is in it, 3 for an entry of an order. */
  readonly level: 1 | 2 | 3;
  readonly glyph: string;
  readonly title: string;
  readonly aside: string;
  /** Whether there are lines under it, and whether they are shown. */
  readonly open: boolean | null;
}

export type OutlineRow =
  | (RowBase & { readonly kind: "graph" })
  | (RowBase & { readonly kind: "order"; readonly order: Order })
  | (RowBase & { readonly kind: "entry"; readonly order: Order; readonly id: string; readonly node: NodeId | null })
  | (RowBase & { readonly kind: "node"; readonly node: NodeId });

/** A node that shows an entry of an order: itself, or the first that uses the member. */
function nodeOf(document: ChainruleDocument, graph: GraphId, id: string): NodeId | null {
  const nodes = document.graphs[graph]?.nodes ?? {};
  if (nodes[id] !== undefined) return id;
  return Object.entries(nodes).find(([, node]) => node.kind === "call" && node.member === id)?.[0] ?? null;
}

/** The lines to show; keys in `closed` keep theirs to themselves. */
export function outlineRows(
  document: ChainruleDocument,
  library: Library,
  closed: ReadonlySet<string>,
): readonly OutlineRow[] {
  const ids = [document.root, ...Object.keys(document.graphs).filter((id) => id !== document.root)];
  return ids.flatMap((id): OutlineRow[] => {
    const graph = document.graphs[id];
    if (graph === undefined) return [];
    const open = !closed.has(id);
    const head: OutlineRow = { kind: "graph", key: id, graph: id, level: 1, glyph: "", title: graph.name, aside: text.outline.kinds[graph.kind], open }; // prettier-ignore
    if (!open) return [head];
    const listed = orders.flatMap((order): OutlineRow[] => {
      const list: readonly string[] = graph[order];
      if (list.length < 2) return [];
      const key = `${id} ${order}`;
      const isOpen = !closed.has(key);
      const title = text.outline.orders[order];
      const entries = list.map((entry, i): OutlineRow => {
        const member = graph.members[entry];
        const node = graph.nodes[entry];
        return {
          kind: "entry",
          key: `${key} ${entry}`,
          graph: id,
          level: 3,
          order,
          id: entry,
          node: nodeOf(document, id, entry),
          glyph: String(i + 1),
          title: member?.name ?? node?.name ?? entry,
          aside: member === undefined ? (node?.kind === "op" ? node.op : "") : member.type.replace(/^graph:/, ""),
          open: null,
        };
      });
      const line: OutlineRow = { kind: "order", key, graph: id, level: 2, order, glyph: "≡", title, aside: String(list.length), open: isOpen }; // prettier-ignore
      return isOpen ? [line, ...entries] : [line];
    });
    const nodes = Object.entries(graph.nodes).map(([node, content]): OutlineRow => {
      const view = viewNode(document, id, node, content, library);
      const { glyph, fullTitle: title } = view;
      return { kind: "node", key: `${id} ${node}`, graph: id, level: 2, node, glyph, title, aside: content.name, open: null }; // prettier-ignore
    });
    return [head, ...listed, ...nodes];
  });
}
