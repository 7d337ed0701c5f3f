/** @file What a node is called in a sentence or a list. */
import type { ChainruleDocument, GraphId, Library, NodeId } from "@chainrule/engine/analysis";
import { viewNode } from "./node-view";

/** Its label, else its title; null where the graph has no such node. */
export function nodeName(document: ChainruleDocument, graph: GraphId, id: NodeId, library: Library): string | null {
  const node = document.graphs[graph]?.nodes[id];
  return node === undefined ? null : (node.label ?? viewNode(document, graph, id, node, library).fullTitle);
}
