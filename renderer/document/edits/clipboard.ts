/** @file Copy, paste and duplicate: a piece of a graph as JSON text that works between documents and in chat. */
import {
  createDocument,
  createGraph,
  parseDocument,
  type Edge,
  type Graph,
  type GraphId,
  type GraphNode,
  type Member,
  type MemberId,
  type NodeId,
  type PortAddress,
} from "@chainrule/engine/analysis";
import {
  freeName,
  graphOf,
  namesIn,
  type DocumentDraft,
  type GraphDraft,
  type IdSource,
  type NodeDraft,
} from "./draft";

const pieceFormat = "chainrule-piece";

/** Nodes with the edges among them, the edges that came in from outside, and the members they use. */
export interface Piece {
  readonly format: typeof pieceFormat;
  readonly nodes: Readonly<Record<NodeId, GraphNode>>;
  readonly edges: readonly Edge[];
  readonly incoming: readonly Edge[];
  readonly members: Readonly<Record<MemberId, Member>>;
  readonly draws: readonly string[];
}

function memberOf(node: GraphNode): MemberId | null {
  if (node.kind === "call") return node.member;
  if (node.kind === "effect" && "optimizer" in node.effect) return node.effect.optimizer ?? null;
  return null;
}

/** The piece of a graph that these nodes make. */
export function copyPiece(graph: Graph, nodes: readonly NodeId[]): Piece {
  const chosen = new Set<string>(nodes.filter((id) => graph.nodes[id] !== undefined));
  const members = new Set<string | null>(
    [...chosen].flatMap((id) => (graph.nodes[id] ? [memberOf(graph.nodes[id])] : [])),
  );
  const inside = (edge: Edge): boolean => chosen.has(edge.to[0]);
  return {
    format: pieceFormat,
    nodes: Object.fromEntries(Object.entries(graph.nodes).filter(([id]) => chosen.has(id))),
    edges: graph.edges.filter((edge) => inside(edge) && chosen.has(edge.from[0])),
    incoming: graph.edges.filter((edge) => inside(edge) && !chosen.has(edge.from[0])),
    members: Object.fromEntries(Object.entries(graph.members).filter(([id]) => members.has(id))),
    draws: graph.draws.filter((id) => chosen.has(id) || members.has(id)),
  };
}

/** What a paste does with what it cannot copy as it is. */
export interface PasteOptions {
  readonly by: { readonly x: number; readonly y: number };
  /** Wire the copies to what fed the originals, where that is still there. */
  readonly keepIncoming: boolean;
  /** Use the members of the originals instead of copies of them: weight sharing. */
  readonly shareMembers: boolean;
}

/** Adds a copy of a piece under new ids and free names; returns the new nodes. */
export function pastePiece(
  draft: DocumentDraft,
  graph: GraphId,
  piece: Piece,
  options: PasteOptions,
  newId: IdSource,
): NodeId[] {
  const owner = graphOf(draft, graph);
  const members = pasteMembers(owner, piece, options.shareMembers, newId);
  const ids = new Map<NodeId, NodeId>();
  for (const [id, node] of Object.entries(piece.nodes)) {
    const copy = structuredClone(node) as NodeDraft;
    if (copy.kind === "call") copy.member = members.get(copy.member) ?? copy.member;
    if (copy.kind === "effect" && "optimizer" in copy.effect && copy.effect.optimizer !== undefined) {
      copy.effect.optimizer = members.get(copy.effect.optimizer) ?? copy.effect.optimizer;
    }
    copy.name = freeName(namesIn(owner), node.name);
    copy.position = { x: node.position.x + options.by.x, y: node.position.y + options.by.y };
    const fresh: NodeId = newId();
    ids.set(id, fresh);
    owner.nodes[fresh] = copy;
    if (copy.kind === "effect") owner.effects.push(fresh);
  }
  for (const id of piece.draws) {
    const fresh = ids.get(id);
    if (fresh !== undefined) owner.draws.push(fresh);
  }
  for (const edge of [...piece.edges, ...(options.keepIncoming ? piece.incoming : [])]) {
    const from = ids.get(edge.from[0]) ?? edge.from[0];
    const to = ids.get(edge.to[0]);
    if (to === undefined || owner.nodes[from] === undefined) continue;
    owner.edges.push({ from: [from, edge.from[1]], to: [to, edge.to[1]] });
  }
  return [...ids.values()];
}

/** Where each member of the piece lives after the paste. */
function pasteMembers(owner: GraphDraft, piece: Piece, share: boolean, newId: IdSource): Map<MemberId, MemberId> {
  const places = new Map<MemberId, MemberId>();
  for (const [id, member] of Object.entries(piece.members)) {
    if (share && owner.members[id] !== undefined) {
      places.set(id, id);
      continue;
    }
    const fresh: MemberId = newId();
    const copy = structuredClone(member) as GraphDraft["members"][MemberId];
    owner.members[fresh] = { ...copy, name: freeName(namesIn(owner), member.name) };
    if (piece.draws.includes(id)) owner.draws.push(fresh);
    places.set(id, fresh);
  }
  return places;
}

/** The text that goes to the clipboard. */
export function printPiece(piece: Piece): string {
  return JSON.stringify(piece, null, 1);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A piece from clipboard text, or null where it is none. It comes from outside: it is read by the same parser as a
 * file, as the only graph of a document, so that nothing gets in that a file could not bring.
 */
export function readPiece(written: string): Piece | null {
  let raw: unknown;
  try {
    raw = JSON.parse(written);
  } catch {
    return null;
  }
  if (!isRecord(raw) || raw["format"] !== pieceFormat || !isRecord(raw["nodes"])) return null;
  const { nodes, edges, incoming, members, draws } = raw;
  const graph = {
    ...createGraph("model", "main"),
    nodes,
    edges: edges ?? [],
    members: members ?? {},
    draws: draws ?? [],
  };
  const parsed = parseDocument(JSON.stringify({ ...createDocument("piece"), graphs: { main: graph } }));
  const main = parsed.ok ? parsed.document.graphs["main"] : undefined;
  if (main === undefined) return null;
  const isEnd = (end: unknown): end is PortAddress =>
    Array.isArray(end) && end.length === 2 && end.every((part) => typeof part === "string");
  const outside = (Array.isArray(incoming) ? incoming : []).filter(
    (edge): edge is Edge => isRecord(edge) && isEnd(edge["from"]) && isEnd(edge["to"]),
  );
  return {
    format: pieceFormat,
    nodes: main.nodes,
    edges: main.edges,
    incoming: outside,
    members: main.members,
    draws: main.draws,
  };
}
