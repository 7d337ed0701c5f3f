/** @file What a document may be made of: the declared ops, modules and optimisers, by the names a document uses. */
import type { AnyOp } from "../ir/op";
import { moduleNamed } from "../nn";
import type { Module } from "../nn/define-module";
import { optimizerNamed } from "../optim";
import type { Optimizer } from "../optim/define-optimizer";
import { opNamed, ops } from "../ops";
import type { ChainruleDocument, Graph, GraphId, Member, MemberId } from "./document";
import { bodiesOf } from "./regions";

/** Looks up declarations; null where there is none of that name. */
export interface Library {
  op(name: string): AnyOp | null;
  /** By member type without its prefix: "Linear" of "nn.Linear". */
  module(name: string): Module | null;
  optimizer(name: string): Optimizer | null;
  /** Every op's name, for suggestions. */
  readonly opNames: readonly string[];
}

/** Everything that is declared. */
export const standardLibrary: Library = {
  op: (name) => opNamed(name) ?? null,
  module: (name) => moduleNamed(name) ?? null,
  optimizer: (name) => optimizerNamed(name) ?? null,
  opNames: [...ops.keys()],
};

/** What the type of a member says it is. */
export type MemberKind =
  | { readonly kind: "parameter" | "buffer" }
  | { readonly kind: "module"; readonly module: Module }
  | { readonly kind: "optimizer"; readonly optimizer: Optimizer }
  | { readonly kind: "graph"; readonly graph: GraphId }
  | { readonly kind: "unknown" };

/** The kind of a member; "unknown" where nothing of that type is declared. */
export function memberKind(member: Member, library: Library): MemberKind {
  const { type } = member;
  if (type === "parameter" || type === "buffer") return { kind: type };
  if (type.startsWith("graph:")) return { kind: "graph", graph: type.slice("graph:".length) };
  const module = type.startsWith("nn.") ? library.module(type.slice("nn.".length)) : null;
  if (module) return { kind: "module", module };
  const optimizer = type.startsWith("optim.") ? library.optimizer(type.slice("optim.".length)) : null;
  return optimizer ? { kind: "optimizer", optimizer } : { kind: "unknown" };
}

/** An own entry of a record: a document never reaches what plain objects inherit. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The graphs whose members a graph sees besides its own, nearest first: those around a body. */
export function graphsAround(document: ChainruleDocument, graph: GraphId): readonly GraphId[] {
  const around: GraphId[] = [];
  const owners = bodyOwners(document);
  for (let at = owners.get(graph); at !== undefined && !around.includes(at) && at !== graph; at = owners.get(at)) {
    around.push(at);
  }
  return around;
}

const knownOwners = new WeakMap<ChainruleDocument["graphs"], ReadonlyMap<GraphId, GraphId>>();

function bodyOwners(document: ChainruleDocument): ReadonlyMap<GraphId, GraphId> {
  const known = knownOwners.get(document.graphs);
  if (known) return known;
  const owners = new Map<GraphId, GraphId>();
  for (const [id, graph] of Object.entries(document.graphs)) {
    for (const node of Object.values(graph.nodes)) {
      for (const body of bodiesOf(node)) if (!owners.has(body)) owners.set(body, id);
    }
  }
  knownOwners.set(document.graphs, owners);
  return owners;
}

const knownMembers = new WeakMap<ChainruleDocument["graphs"], Map<GraphId, ReadonlyMap<MemberId, Member>>>();

/** A graph's own members and those of the graphs around it; nearer ones win. */
export function visibleMembers(document: ChainruleDocument, graph: GraphId): ReadonlyMap<MemberId, Member> {
  const known = knownMembers.get(document.graphs) ?? new Map<GraphId, ReadonlyMap<MemberId, Member>>();
  knownMembers.set(document.graphs, known);
  const found = known.get(graph);
  if (found) return found;
  const seen = new Map<MemberId, Member>();
  for (const id of [graph, ...graphsAround(document, graph)]) {
    const members: Graph["members"] = own(document.graphs, id)?.members ?? {};
    for (const [member, value] of Object.entries(members)) if (!seen.has(member)) seen.set(member, value);
  }
  known.set(graph, seen);
  return seen;
}
