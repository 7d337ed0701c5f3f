/** @file Copy, paste and duplicate: a piece of a graph as JSON text that works between documents and in chat. */
import type { Draft } from "immer";
import {
  bodiesOf,
  createDocument,
  createGraph,
  parseDocument,
  type ChainruleDocument,
  type Edge,
  type FunctionDefinition,
  type FunctionId,
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
  freeNodeName,
  graphOf,
  namesIn,
  namesOf,
  type DocumentDraft,
  type GraphDraft,
  type IdSource,
  type NodeDraft,
} from "./draft";

import { memberHome, membersUsed, nodesOf } from "./regions";

const pieceFormat = "chainrule-piece";

/** Nodes with the edges among them, the edges that came in from outside, and all that they refer to. */
export interface Piece {
  readonly format: typeof pieceFormat;
  readonly nodes: Readonly<Record<NodeId, GraphNode>>;
  readonly edges: readonly Edge[];
  readonly incoming: readonly Edge[];
  readonly members: Readonly<Record<MemberId, Member>>;
  readonly draws: readonly string[];
  /** Bodies, modules, and the two sides of Functions. */
  readonly graphs: Readonly<Record<GraphId, Graph>>;
  readonly functions: Readonly<Record<FunctionId, FunctionDefinition>>;
}

const moduleType = "graph:";

function moduleGraph(member: Member | Draft<Member>): GraphId | null {
  return member.type.startsWith(moduleType) ? member.type.slice(moduleType.length) : null;
}

/** The graphs and Functions that nodes and members refer to, and those that these refer to. */
function referredTo(
  document: ChainruleDocument,
  nodes: readonly GraphNode[],
  members: readonly Member[],
): Pick<Piece, "graphs" | "functions"> {
  const graphs: Record<GraphId, Graph> = {};
  const functions: Record<FunctionId, FunctionDefinition> = {};
  const bring = (id: GraphId | null): void => {
    const graph = id === null ? undefined : document.graphs[id];
    if (id === null || graph === undefined || graphs[id] !== undefined) return;
    graphs[id] = graph;
    bringAll(Object.values(graph.nodes), Object.values(graph.members));
  };
  const bringAll = (used: readonly GraphNode[], owned: readonly Member[]): void => {
    for (const node of used) {
      bodiesOf(node).forEach(bring);
      const definition = node.kind === "apply" ? document.functions[node.function] : undefined;
      if (node.kind !== "apply" || definition === undefined) continue;
      functions[node.function] = definition;
      bring(definition.forward);
      bring(definition.backward);
    }
    for (const member of owned) bring(moduleGraph(member));
  };
  bringAll(nodes, members);
  return { graphs, functions };
}

/** The piece of a graph that these nodes make. */
export function copyPiece(document: ChainruleDocument, graphId: GraphId, nodes: readonly NodeId[]): Piece {
  const graph = document.graphs[graphId];
  const home = document.graphs[memberHome(document, graphId)];
  if (graph === undefined || home === undefined) throw new Error(`Invariant: graph ${graphId} is not in the document`);
  const chosen = new Set<string>(nodes.filter((id) => graph.nodes[id] !== undefined));
  const used = membersUsed(document, nodesOf(graph, chosen));
  const members = Object.fromEntries(Object.entries(home.members).filter(([id]) => used.has(id as MemberId)));
  const inside = (edge: Edge): boolean => chosen.has(edge.to[0]);
  return {
    format: pieceFormat,
    nodes: Object.fromEntries(Object.entries(graph.nodes).filter(([id]) => chosen.has(id))),
    edges: graph.edges.filter((edge) => inside(edge) && chosen.has(edge.from[0])),
    incoming: graph.edges.filter((edge) => inside(edge) && !chosen.has(edge.from[0])),
    members,
    draws: [...graph.draws.filter((id) => chosen.has(id)), ...home.draws.filter((id) => members[id as MemberId])],
    ...referredTo(document, nodesOf(graph, chosen), Object.values(members)),
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

/** New ids by the old ones. */
interface Moves {
  readonly graphs: Map<GraphId, GraphId>;
  readonly functions: Map<FunctionId, FunctionId>;
  readonly members: Map<MemberId, MemberId>;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A copy of a node that refers to what its references became. */
function moved(node: GraphNode, moves: Moves): NodeDraft {
  const copy = structuredClone(node) as NodeDraft;
  const graph = (id: GraphId): GraphId => moves.graphs.get(id) ?? id;
  if (copy.kind === "call") copy.member = moves.members.get(copy.member) ?? copy.member;
  if (copy.kind === "apply") copy.function = moves.functions.get(copy.function) ?? copy.function;
  if (copy.kind === "repeat") copy.body = graph(copy.body);
  if (copy.kind === "branch") [copy.whenTrue, copy.whenFalse] = [graph(copy.whenTrue), graph(copy.whenFalse)];
  if (copy.kind === "effect" && "optimizer" in copy.effect && copy.effect.optimizer !== undefined)
    copy.effect.optimizer = moves.members.get(copy.effect.optimizer) ?? copy.effect.optimizer;
  return copy;
}

/** Decides where the graphs and Functions of a piece go: bodies are always copied, the rest only where it is not there. */
function placeReferences(draft: DocumentDraft, piece: Piece, newId: IdSource): Moves {
  const moves: Moves = { graphs: new Map(), functions: new Map(), members: new Map() };
  for (const [id, graph] of Object.entries(piece.graphs)) {
    const known = draft.graphs[id];
    const isThere = graph.kind !== "body" && known !== undefined && isSame(known, graph);
    if (!isThere) moves.graphs.set(id, graph.kind !== "body" && known === undefined ? id : newId());
  }
  for (const [id, definition] of Object.entries(piece.functions)) {
    const isThere = isSame(draft.functions[id], definition) && !moves.graphs.has(definition.forward);
    if (!isThere) moves.functions.set(id, draft.functions[id] === undefined ? id : newId());
  }
  return moves;
}

function pasteReferences(draft: DocumentDraft, piece: Piece, moves: Moves, newId: IdSource): void {
  const taken = namesOf(draft.graphs);
  for (const [old, id] of moves.graphs) {
    const graph = piece.graphs[old];
    if (graph === undefined) continue;
    const copy = structuredClone(graph) as GraphDraft;
    copy.name = freeName(taken, graph.name);
    taken.add(copy.name);
    // The nodes of a copied body are other nodes: results are told apart by node.
    const ids = new Map(Object.keys(graph.nodes).map((node) => [node, graph.kind === "body" ? newId() : node]));
    const there = (node: NodeId): NodeId => ids.get(node) ?? node;
    copy.nodes = Object.fromEntries(Object.entries(graph.nodes).map(([node, content]) => [there(node), moved(content, moves)])); // prettier-ignore
    copy.edges = graph.edges.map(({ from, to }) => ({ from: [there(from[0]), from[1]], to: [there(to[0]), to[1]] }));
    copy.draws = graph.draws.map((draw) => ids.get(draw as NodeId) ?? draw);
    copy.effects = graph.effects.map(there);
    for (const member of Object.values(copy.members)) retype(member, moves);
    draft.graphs[id] = copy;
  }
  const names = namesOf(draft.functions);
  for (const [old, id] of moves.functions) {
    const definition = piece.functions[old];
    if (definition === undefined) continue;
    const { forward, backward } = definition;
    const name = freeName(names, definition.name);
    names.add(name);
    draft.functions[id] = {
      ...(structuredClone(definition) as DocumentDraft["functions"][FunctionId]),
      name,
      forward: moves.graphs.get(forward) ?? forward,
      backward: moves.graphs.get(backward) ?? backward,
    };
  }
}

function retype(member: Draft<Member>, moves: Moves): void {
  const module = moduleGraph(member);
  const place = module === null ? undefined : moves.graphs.get(module);
  if (place !== undefined) member.type = `${moduleType}${place}`;
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
  const home = graphOf(draft, memberHome(draft, graph));
  const moves = placeReferences(draft, piece, newId);
  pasteMembers(home, piece, moves, options.shareMembers, newId);
  pasteReferences(draft, piece, moves, newId);
  const ids = new Map<NodeId, NodeId>();
  for (const [id, node] of Object.entries(piece.nodes)) {
    const copy = moved(node, moves);
    // What reads a parameter goes by the name that its copy got.
    const read = copy.kind === "call" ? owner.members[copy.member] : undefined;
    const isState = read?.type === "parameter" || read?.type === "buffer";
    copy.name = freeNodeName(owner, copy, isState ? read.name : node.name);
    copy.position = { x: node.position.x + options.by.x, y: node.position.y + options.by.y };
    const fresh: NodeId = newId();
    ids.set(id, fresh);
    owner.nodes[fresh] = copy;
    if (copy.kind === "effect") owner.effects.push(fresh);
  }
  for (const id of piece.draws) {
    const fresh = ids.get(id as NodeId);
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

/** Puts each member of the piece where it lives after the paste. */
function pasteMembers(home: GraphDraft, piece: Piece, moves: Moves, share: boolean, newId: IdSource): void {
  for (const [id, member] of Object.entries(piece.members)) {
    if (share && home.members[id] !== undefined) continue;
    const fresh: MemberId = newId();
    const copy = structuredClone(member) as Draft<Member>;
    copy.name = freeName(namesIn(home), member.name);
    retype(copy, moves);
    home.members[fresh] = copy;
    if (piece.draws.includes(id)) home.draws.push(fresh);
    moves.members.set(id, fresh);
  }
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
  const { nodes, edges, incoming, members, draws, graphs, functions } = raw;
  const graph = {
    ...createGraph("model", "main"),
    nodes,
    edges: edges ?? [],
    members: members ?? {},
    draws: draws ?? [],
  };
  const others = isRecord(graphs) ? graphs : {};
  const whole = { ...createDocument("piece"), graphs: { ...others, main: graph }, functions: functions ?? {} };
  const parsed = parseDocument(JSON.stringify(whole));
  if (!parsed.ok) return null;
  const { main, ...rest } = parsed.document.graphs;
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
    graphs: rest,
    functions: parsed.document.functions,
  };
}
