/** @file What a node can be connected to: every pair of ports that is not refused, the likeliest first. */
import {
  portsOf,
  type ChainruleDocument,
  type Graph,
  type GraphId,
  type Library,
  type NodeId,
  type PortAddress,
} from "@chainrule/engine/analysis";
import { reaches, samePort } from "../document/edits/edges";
import { viewNode } from "../nodes/node-view";
import type { SearchRow } from "../palette/search-popup";
import { text } from "../text/text";

/** An edge that could be, as a line of the search. */
export interface ConnectChoice extends SearchRow {
  readonly from: PortAddress;
  readonly to: PortAddress;
}

interface Candidate {
  readonly choice: ConnectChoice;
  /** Lower is likelier: an open input before one that is wired, near before far. */
  readonly rank: number;
}

function distance(graph: Graph, a: NodeId, b: NodeId): number {
  const [from, to] = [graph.nodes[a]?.position, graph.nodes[b]?.position];
  return from === undefined || to === undefined ? 0 : Math.hypot(from.x - to.x, from.y - to.y);
}

/** The edges from the outputs of a node, or into its inputs. */
export function connectChoices(
  document: ChainruleDocument,
  graphId: GraphId,
  node: NodeId,
  side: "input" | "output",
  library: Library,
): readonly ConnectChoice[] {
  const graph = document.graphs[graphId];
  const own = graph?.nodes[node];
  if (graph === undefined || own === undefined) return [];
  const found: Candidate[] = [];
  const mine = portsOf(document, graphId, own, library);
  for (const [other, content] of Object.entries(graph.nodes)) {
    const closesCycle = side === "output" ? reaches(graph.edges, other, node) : reaches(graph.edges, node, other);
    if (other === node || closesCycle) continue;
    const theirs = portsOf(document, graphId, content, library);
    const [outputs, inputs] = side === "output" ? [mine.outputs, theirs.inputs] : [theirs.outputs, mine.inputs];
    const [source, target] = side === "output" ? [node, other] : [other, node];
    const view = viewNode(document, graphId, other, content, library);
    const shown = graph.members[view.member ?? ""]?.name ?? content.name;
    for (const output of outputs) {
      for (const { name, required } of inputs) {
        const from: PortAddress = [source, output];
        const to: PortAddress = [target, name];
        const wired = graph.edges.find((edge) => samePort(edge.to, to));
        if (wired !== undefined && samePort(wired.from, from)) continue;
        const fed = wired === undefined ? undefined : graph.nodes[wired.from[0]]?.name;
        const way = outputs.length > 1 ? `${output} → ${name}` : `→ ${name}`;
        found.push({
          choice: {
            key: JSON.stringify([from, to]),
            glyph: view.glyph,
            title:
              content.label ??
              (shown.toLowerCase() === view.fullTitle.toLowerCase() ? shown : `${view.fullTitle} ${shown}`),
            hint: way,
            summary: fed === undefined ? "" : text.canvas.connect.replaces(fed),
            from,
            to,
          },
          rank: (wired === undefined ? 0 : 2e6) + (required ? 0 : 1e6) + distance(graph, node, other),
        });
      }
    }
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ choice }) => choice);
}

/** Lines that hold every word of a query, in the order they had. */
export function matchWords<T extends SearchRow>(rows: readonly T[], query: string): readonly T[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return rows.filter((row) => {
    const said = `${row.title} ${row.hint}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
