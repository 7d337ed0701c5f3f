/** @file Mends references of a document that was read: what names a missing thing is dropped, each with a diagnostic. */
import type { Damage, Path } from "./damage";
import type { ChainruleDocument, Edge, Graph, GraphNode, Member, PortAddress } from "./document";
import { uniqueName } from "./names";

/** The document with no dangling edge, draw, effect, loss or plot, and no name twice. Cycles are left to analysis. */
export function mendReferences(document: ChainruleDocument, damage: Damage): ChainruleDocument {
  const graphs: Record<string, Graph> = {};
  for (const [id, graph] of Object.entries(document.graphs)) graphs[id] = mendGraph(graph, ["graphs", id], damage);
  const root = graphs[document.root];
  const exists = (address: PortAddress) => root !== undefined && Object.hasOwn(root.nodes, address[0]);
  const { loss } = document.training;
  const lost = loss !== null && !exists(loss);
  if (lost) damage.report("document.missing", ["training", "loss"], { kind: "node", found: loss[0] });
  const { plot, ...view } = document.view;
  const plotLost = plot !== undefined && ![plot.x, ...plot.y].every(exists);
  if (plotLost) damage.report("document.missing", ["view", "plot"], { kind: "node", found: "one of its ports" });
  return {
    ...document,
    graphs,
    training: lost ? { ...document.training, loss: null } : document.training,
    view: plotLost ? view : document.view,
  };
}

function mendGraph(graph: Graph, path: Path, damage: Damage): Graph {
  const nodes = withUniqueNames(graph.nodes, [...path, "nodes"], damage);
  const members = withUniqueNames(graph.members, [...path, "members"], damage);
  const listed = (key: "draws" | "effects", exists: (id: string) => boolean, kind: string) => {
    const seen = new Set<string>();
    return graph[key].filter((id, i) => {
      if (seen.has(id)) damage.report("document.twice", [...path, key, i], { found: id });
      else if (!exists(id)) damage.report("document.missing", [...path, key, i], { kind, found: id });
      else return seen.add(id);
      return false;
    });
  };
  const effects = listed("effects", (id) => Object.hasOwn(nodes, id) && nodes[id]?.kind === "effect", "effect");
  const unlisted = Object.keys(nodes).filter((id) => nodes[id]?.kind === "effect" && !effects.includes(id));
  for (const id of unlisted) damage.report("document.unlisted", [...path, "nodes", id]);
  return {
    ...graph,
    nodes,
    members,
    edges: mendEdges(graph.edges, nodes, path, damage),
    draws: listed("draws", (id) => Object.hasOwn(nodes, id) || Object.hasOwn(members, id), "member or node"),
    effects: [...effects, ...unlisted],
  };
}

function mendEdges(
  edges: readonly Edge[],
  nodes: Readonly<Record<string, GraphNode>>,
  path: Path,
  damage: Damage,
): readonly Edge[] {
  const taken = new Set<string>();
  return edges.filter((edge, i) => {
    const missing = [edge.from[0], edge.to[0]].find((id) => !Object.hasOwn(nodes, id));
    const input = JSON.stringify(edge.to);
    if (missing !== undefined)
      damage.report("document.missing", [...path, "edges", i], { kind: "node", found: missing });
    else if (taken.has(input))
      damage.report("document.twiceWired", [...path, "edges", i], { found: edge.to.join(".") });
    else return taken.add(input);
    return false;
  });
}

function withUniqueNames<T extends GraphNode | Member>(
  records: Readonly<Record<string, T>>,
  path: Path,
  damage: Damage,
): Readonly<Record<string, T>> {
  const taken = new Set<string>();
  const result: Record<string, T> = {};
  for (const [id, record] of Object.entries(records)) {
    const name = taken.has(record.name) ? uniqueName(record.name, taken) : record.name;
    taken.add(name);
    if (name !== record.name) damage.report("document.renamed", [...path, id, "name"], { found: record.name, name });
    result[id] = name === record.name ? record : { ...record, name };
  }
  return result;
}
