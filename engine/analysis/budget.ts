/** @file Parameters and memory: what a graph owns, and whether a step fits. */
import type { ChainruleDocument, Graph, GraphId, NodeId } from "../document/document";
import { own, visibleMembers, type Library } from "../document/library";
import { storageBytes } from "../ir/dtype";
import { elementCount } from "../ir/shape";
import { noCost, type Cost, type GraphFacts } from "./analysis";
import { bytesOf } from "./costs";
import type { Findings } from "./findings";
import { indexGraph } from "./graph-index";
import { statesOf, type State } from "./states";

/** Bytes one step may take before analysis warns. */
export const defaultBudgetBytes = 8 * 2 ** 30;

function learning(states: readonly State[]): number {
  return states.filter((state) => state.learns).reduce((sum, state) => sum + elementCount(state.type.shape), 0);
}

function statesOrNone(
  document: ChainruleDocument,
  member: Parameters<typeof statesOf>[1],
  library: Library,
): readonly State[] {
  try {
    return statesOf(document, member, library);
  } catch {
    return [];
  }
}

/** Costs with the parameters of each node's member, and the parameters of all members that nodes use, counted once. */
export function withParameters(
  document: ChainruleDocument,
  id: GraphId,
  graph: Graph,
  library: Library,
  costs: ReadonlyMap<NodeId, Cost>,
): { readonly costs: ReadonlyMap<NodeId, Cost>; readonly parameters: number } {
  const members = visibleMembers(document, id);
  const counted = new Map(costs);
  for (const [nodeId, node] of Object.entries(graph.nodes)) {
    const member = node.kind === "call" ? members.get(node.member) : undefined;
    if (!member) continue;
    const parameters = learning(statesOrNone(document, member, library));
    if (parameters > 0) counted.set(nodeId, { ...(costs.get(nodeId) ?? noCost), parameters });
  }
  const owned = Object.values(graph.members).flatMap((member) => statesOrNone(document, member, library));
  return { costs: counted, parameters: learning(owned) };
}

function printBytes(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${Number((bytes / 1024 ** unit).toPrecision(3))} ${units[unit]}`;
}

/**
 * A warning when a step would take more bytes than the budget: its state, what backward keeps, and the node that reads
 * and makes the most at once. A lower bound: the Plan knows exactly.
 */
export function checkMemory(
  document: ChainruleDocument,
  root: GraphFacts | null,
  findings: Findings,
  budgetBytes: number = defaultBudgetBytes,
): void {
  const graph = own(document.graphs, document.root);
  if (!root || !graph) return;
  const optimizers = Object.values(graph.members).filter((member) => member.type.startsWith("optim.")).length;
  const state = root.cost.parameters * storageBytes("float32") * (2 + 2 * optimizers);
  const made = (id: NodeId): number =>
    Object.values(root.outputs.get(id) ?? {}).reduce((sum, facts) => sum + (facts ? bytesOf(facts) : 0), 0);
  const { incoming } = indexGraph(graph);
  const nodes = Object.keys(graph.nodes).map((id) => {
    const read = [...new Set([...(incoming.get(id)?.values() ?? [])].map((edge) => edge.from[0]))];
    return { id, bytes: [id, ...read].reduce((sum, each) => sum + made(each), 0) };
  });
  nodes.sort((a, b) => b.bytes - a.bytes);
  const needed = state + root.cost.savedBytes + (nodes[0]?.bytes ?? 0);
  if (!(needed > budgetBytes)) return;
  const largest = nodes
    .slice(0, 3)
    .map(({ id, bytes }) => `${own(graph.nodes, id)?.name ?? id} (${printBytes(bytes)})`)
    .join(", ");
  const parameters = { needed: printBytes(needed), budget: printBytes(budgetBytes), largest };
  findings.atGraph(document.root, { code: "memory.budget", parameters });
}
