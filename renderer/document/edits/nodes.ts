/** @file Edits of nodes: place, move, rename, set, flag, remove and dissolve. */
import type { Graph, GraphId, GraphNode, Member, MemberId, NodeFlags, NodeId } from "@chainrule/engine/analysis";
import { moveRoles } from "./roles";
import { innerBodies, memberHome, membersUsed, nodesOf } from "./regions";
import {
  freeName,
  freeNodeName,
  graphOf,
  namesIn,
  type DocumentDraft,
  type GraphDraft,
  type IdSource,
  type NodeDraft,
} from "./draft";

type Position = { readonly x: number; readonly y: number };
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A node without what placing gives it. */
export type NodeContent = DistributiveOmit<GraphNode, "name" | "position">;

/** Places a node under a free name and returns its id. A node that draws joins the end of the graph's draws. */
export function placeNode(
  graph: GraphDraft,
  content: NodeContent,
  at: { readonly position: Position; readonly name: string },
  newId: IdSource,
): NodeId {
  const id: NodeId = newId();
  const name = freeNodeName(graph, content, at.name);
  graph.nodes[id] = { ...content, name, position: { ...at.position } } as NodeDraft;
  if (content.kind === "op" && content.draw === "once") graph.draws.push(id);
  if (content.kind === "effect") graph.effects.push(id);
  return id;
}

/** Adds a member under a free name and returns its id; one that draws joins the end of the graph's draws. */
export function addMember(graph: GraphDraft, member: Omit<Member, "name">, name: string, newId: IdSource): MemberId {
  const id: MemberId = newId();
  graph.members[id] = { ...member, name: freeName(namesIn(graph), name) } as GraphDraft["members"][MemberId];
  if (!member.type.startsWith("optim.")) graph.draws.push(id);
  return id;
}

/** Puts nodes at positions, as a layout does; those that are pinned stay. */
export function positionNodes(draft: DocumentDraft, graph: GraphId, positions: ReadonlyMap<NodeId, Position>): void {
  for (const [id, position] of positions) {
    const node = graphOf(draft, graph).nodes[id];
    if (node === undefined || node.flags?.pinned === true) continue;
    node.position = { x: Math.round(position.x), y: Math.round(position.y) };
  }
}

/** The parameter or buffer of the same graph that a node reads: the two go by one name. */
export function stateOf(graph: Graph | GraphDraft, node: NodeId): MemberId | null {
  const target = graph.nodes[node];
  const type = target?.kind === "call" ? graph.members[target.member]?.type : undefined;
  return target?.kind === "call" && (type === "parameter" || type === "buffer") ? target.member : null;
}

/** Gives a node a free name close to the wanted one; a node that reads a parameter renames the parameter. */
export function renameNode(draft: DocumentDraft, graph: GraphId, node: NodeId, name: string): void {
  const owner = graphOf(draft, graph);
  const target = owner.nodes[node];
  if (target === undefined) return;
  const member = stateOf(owner, node);
  if (member !== null) {
    renameState(owner, member, name);
    return;
  }
  if (target.name === name) return;
  const taken = namesIn(owner);
  taken.delete(target.name);
  target.name = freeName(taken, name);
}

/** Renames a parameter or buffer together with the nodes that read it. */
function renameState(owner: GraphDraft, member: MemberId, name: string): void {
  const target = owner.members[member];
  if (target === undefined || target.name === name) return;
  const readers = Object.values(owner.nodes).filter((node) => node.kind === "call" && node.member === member);
  const taken = namesIn(owner);
  for (const known of [target, ...readers]) taken.delete(known.name);
  target.name = freeName(taken, name);
  taken.add(target.name);
  readers.forEach((reader, i) => {
    reader.name = i === 0 ? target.name : freeName(taken, name);
    taken.add(reader.name);
  });
}

/** Gives a member a free name close to the wanted one. */
export function renameMember(draft: DocumentDraft, graph: GraphId, member: MemberId, name: string): void {
  const owner = graphOf(draft, graph);
  const target = owner.members[member];
  if (target === undefined || target.name === name) return;
  const taken = namesIn(owner);
  taken.delete(target.name);
  target.name = freeName(taken, name);
}

/** Sets an attribute, or a number operand, of an op or in-place node; undefined takes it away. */
export function setNodeAttribute(
  draft: DocumentDraft,
  graph: GraphId,
  node: NodeId,
  name: string,
  value: unknown,
): void {
  const target = graphOf(draft, graph).nodes[node];
  const attrs =
    target?.kind === "op"
      ? target.attrs
      : target?.kind === "effect" && target.effect.kind === "inPlace"
        ? target.effect.attrs
        : undefined;
  if (attrs === undefined) return;
  if (value === undefined) delete attrs[name];
  else attrs[name] = value;
}

/** Sets an attribute of a member; undefined takes it away. */
export function setMemberAttribute(
  draft: DocumentDraft,
  graph: GraphId,
  member: MemberId,
  name: string,
  value: unknown,
): void {
  const attrs = graphOf(draft, graph).members[member]?.attrs;
  if (attrs === undefined) return;
  if (value === undefined) delete attrs[name];
  else attrs[name] = value;
}

/** Sets or clears a flag of nodes: all get it unless all have it. */
export function toggleFlag(
  draft: DocumentDraft,
  graph: GraphId,
  nodes: readonly NodeId[],
  flag: keyof NodeFlags,
): void {
  const targets = nodes.map((id) => graphOf(draft, graph).nodes[id]).filter((node) => node !== undefined);
  const on = !targets.every((node) => node.flags?.[flag] === true);
  for (const node of targets) {
    const flags = { ...node.flags };
    if (on) flags[flag] = true;
    else delete flags[flag];
    if (Object.keys(flags).length > 0) node.flags = flags;
    else delete node.flags;
  }
}

/** Drops those of the candidates that no node of the graph and of its bodies uses any more. */
function dropUnusedMembers(draft: DocumentDraft, home: GraphId, candidates: ReadonlySet<MemberId>): void {
  const graph = graphOf(draft, home);
  const used = membersUsed(draft, Object.values(graph.nodes));
  for (const id of candidates) {
    if (used.has(id) || graph.members[id] === undefined) continue;
    delete graph.members[id];
    graph.draws = graph.draws.filter((draw) => draw !== id);
  }
}

/** Removes nodes with their edges, bodies and places in draws and effects, and members that nothing else uses. */
export function removeNodes(draft: DocumentDraft, graph: GraphId, nodes: readonly NodeId[]): void {
  const owner = graphOf(draft, graph);
  const gone = new Set<string>(nodes.filter((id) => owner.nodes[id] !== undefined));
  if (gone.size === 0) return;
  const leaving = nodesOf(owner, gone);
  const members = membersUsed(draft, leaving);
  const home = memberHome(draft, graph);
  const bodies = innerBodies(draft, leaving);
  for (const id of gone) delete owner.nodes[id];
  owner.edges = owner.edges.filter((edge) => !gone.has(edge.from[0]) && !gone.has(edge.to[0]));
  owner.draws = owner.draws.filter((id) => !gone.has(id));
  owner.effects = owner.effects.filter((id) => !gone.has(id));
  const kept = innerBodies(
    draft,
    Object.entries(draft.graphs).flatMap(([id, other]) => (bodies.has(id) ? [] : Object.values(other.nodes))),
  );
  for (const id of bodies) if (!kept.has(id)) delete draft.graphs[id];
  dropUnusedMembers(draft, home, members);
  moveRoles(draft, graph, (port) => (gone.has(port[0]) ? null : port));
}

/** Removes a node and joins what fed its first wired input to everything that its outputs fed. */
export function dissolveNodes(draft: DocumentDraft, graph: GraphId, nodes: readonly NodeId[]): void {
  const owner = graphOf(draft, graph);
  for (const id of nodes) {
    const source = owner.edges.find((edge) => edge.to[0] === id)?.from;
    if (source !== undefined) {
      for (const edge of owner.edges) {
        if (edge.from[0] === id) edge.from = [...source];
      }
    }
  }
  removeNodes(draft, graph, nodes);
}
