/** @file makeModule's inverse: the content of a called module in the place of its only call. */
import type { ChainruleDocument, GraphId, MemberId, NodeId, PortAddress } from "@chainrule/engine/analysis";
import { current } from "immer";
import { copyPiece, pastePiece } from "./clipboard";
import { freeName, freeNodeName, graphOf, namesIn, type DocumentDraft, type GraphDraft, type IdSource } from "./draft";
import { innerBodies, memberHome, memberOf } from "./regions";
import { moveRoles } from "./roles";

type MemberDraft = GraphDraft["members"][MemberId];

/** Where the content goes: nodes into the owner, members into its home, draws of both at a place in the home's. */
interface Place {
  readonly graph: GraphId;
  readonly owner: GraphDraft;
  readonly home: GraphDraft;
  readonly at: number;
}

/**
 * Puts the content of a called module in the place of its only call; content that another member is of too stays, and
 * a copy of it is put there. Returns its nodes, or null where this is no call of a module, or not the only one.
 */
export function unpackModule(
  draft: DocumentDraft,
  graph: GraphId,
  call: NodeId,
  newId: IdSource,
): readonly NodeId[] | null {
  const owner = graphOf(draft, graph);
  const node = owner.nodes[call];
  if (node?.kind !== "call") return null;
  const homeId = memberHome(draft, graph);
  const home = graphOf(draft, homeId);
  const member = home.members[node.member];
  if (member === undefined || !member.type.startsWith("graph:")) return null;
  const moduleId = member.type.slice("graph:".length);
  const module = draft.graphs[moduleId];
  const around = [homeId, ...innerBodies(draft, Object.values(home.nodes))];
  const uses = around
    .flatMap((id) => Object.values(graphOf(draft, id).nodes))
    .filter((other) => memberOf(other) === node.member);
  if (module === undefined || uses.length !== 1) return null;

  const feeds = new Map(owner.edges.filter((edge) => edge.to[0] === call).map((edge) => [edge.to[1], edge.from]));
  const read = owner.edges.filter((edge) => edge.from[0] === call);
  owner.edges = owner.edges.filter((edge) => edge.from[0] !== call && edge.to[0] !== call);
  const drawn = home.draws.indexOf(node.member);
  const place = { graph, owner, home, at: drawn === -1 ? home.draws.length : drawn };
  if (drawn !== -1) home.draws.splice(drawn, 1);
  delete owner.nodes[call];
  delete home.members[node.member];
  const isShared = Object.values(draft.graphs).some((other) =>
    Object.values(other.members).some((one) => isOf(one, member.type)),
  );
  const ids = isShared ? copyContent(draft, moduleId, place, newId) : moveContent(module, place);

  /** Where a value of the module comes from now; undefined where nothing is wired to the input that it is. */
  const sourceOf = ([from, port]: PortAddress): PortAddress | undefined => {
    const inner = module.nodes[from];
    return inner?.kind === "input" ? feeds.get(inner.port) : [ids.get(from) ?? from, port];
  };
  const sources = new Map<string, PortAddress>();
  for (const { from, to } of module.edges) {
    const [source, end, reader] = [sourceOf(from), module.nodes[to[0]], ids.get(to[0])];
    if (source === undefined) continue;
    if (end?.kind === "output") sources.set(end.port, source);
    else if (reader !== undefined && !ids.has(from[0])) owner.edges.push({ from: [...source], to: [reader, to[1]] });
  }
  for (const { from, to } of read) {
    const source = sources.get(from[1]);
    if (source !== undefined) owner.edges.push({ from: [...source], to });
  }
  moveRoles(draft, graph, (port) => (port[0] === call ? (sources.get(port[1]) ?? null) : port));
  if (!isShared) delete draft.graphs[moduleId];
  return [...ids.values()];
}

/** True for a member of that type, and for a container of one. */
function isOf(member: MemberDraft, type: string): boolean {
  return member.type === type || (member.children ?? []).some((child) => isOf(child, type));
}

/** Ports of the module stay behind: what feeds them and reads them is wired together. */
function contentOf(module: GraphDraft): NodeId[] {
  return Object.entries(module.nodes).flatMap(([id, { kind }]) => (kind === "input" || kind === "output" ? [] : [id]));
}

/** Moves the content under its ids; returns each node's id by itself. */
function moveContent(module: GraphDraft, { owner, home, at }: Place): ReadonlyMap<NodeId, NodeId> {
  const ids = new Map(contentOf(module).map((id) => [id, id]));
  for (const [id, inner] of Object.entries(module.members))
    home.members[id] = { ...inner, name: freeName(namesIn(home), inner.name) };
  for (const id of ids.keys()) {
    const inner = module.nodes[id];
    if (inner === undefined) continue;
    const member = inner.kind === "call" ? module.members[inner.member] : undefined;
    // What reads a parameter goes by the name that it has now.
    const wanted = inner.kind === "call" && member?.name === inner.name ? home.members[inner.member]?.name : inner.name;
    owner.nodes[id] = { ...inner, name: freeNodeName(owner, inner, wanted ?? inner.name) };
  }
  const isState = (id: string): boolean => module.members[id] !== undefined;
  if (owner === home) home.draws.splice(at, 0, ...module.draws);
  else {
    home.draws.splice(at, 0, ...module.draws.filter(isState));
    owner.draws.push(...module.draws.filter((id) => !isState(id)));
  }
  owner.notes.push(...module.notes);
  owner.frames.push(...module.frames);
  owner.edges.push(...module.edges.filter((edge) => ids.has(edge.from[0]) && ids.has(edge.to[0])));
  return ids;
}

/** Copies the content under new ids; returns these by the old ones. */
function copyContent(
  draft: DocumentDraft,
  moduleId: GraphId,
  { graph, owner, home, at }: Place,
  newId: IdSource,
): ReadonlyMap<NodeId, NodeId> {
  const plain: ChainruleDocument = current(draft);
  const piece = copyPiece(plain, moduleId, contentOf(graphOf(draft, moduleId)));
  const before = home.draws.length;
  const options = { by: { x: 0, y: 0 }, keepIncoming: false, shareMembers: false };
  const made = pastePiece(draft, graph, piece, options, newId);
  home.draws.splice(at, 0, ...home.draws.splice(before));
  for (const note of plain.graphs[moduleId]?.notes ?? []) owner.notes.push({ ...structuredClone(note), id: newId() });
  for (const frame of plain.graphs[moduleId]?.frames ?? [])
    owner.frames.push({ ...structuredClone(frame), id: newId() });
  return new Map(Object.keys(piece.nodes).flatMap((id, i) => (made[i] === undefined ? [] : [[id, made[i]] as const])));
}
