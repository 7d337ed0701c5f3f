/** @file The hash of what a document means: equal for documents that differ in names, places or learning rates only. */
import type { ChainruleDocument, Graph, GraphNode, Member } from "../document/document";
import { freeNames } from "../document/formula";
import type { Library } from "../document/library";
import { meantFlags } from "../document/look";
import { hashText, stableText } from "../ir/hash-text";
import type { GraphPlan } from "./graph-plan";

function memberMeaning(member: Member, library: Library): unknown {
  const { type, attrs, init, children } = member;
  const hyper = type.startsWith("optim.") ? (library.optimizer(type.slice("optim.".length))?.hyper ?? []) : [];
  const kept = Object.entries(attrs).filter(([name]) => !hyper.includes(name));
  return {
    type,
    attrs: Object.fromEntries(kept),
    init,
    children: children?.map((child) => memberMeaning(child, library)),
  };
}

function nodeMeaning(node: GraphNode): unknown {
  const { name: _, position: _position, label: _label, flags, ...rest } = node;
  const effect =
    rest.kind === "effect" && rest.effect.kind === "update"
      ? { ...rest.effect, lr: rest.effect.lr !== undefined }
      : null;
  return { ...rest, ...(effect ? { effect } : {}), flags: meantFlags(flags) };
}

/** Names that formulas read and no edge feeds: they decide which member is meant, so they count. */
function namesMeant(plan: GraphPlan): readonly (readonly [string, string])[] {
  const used = new Set<string>();
  for (const formula of plan.formulas.values()) for (const name of freeNames(formula)) used.add(name);
  const members = Object.entries(plan.graph.members).filter(([, member]) => used.has(member.name));
  return members.map(([id, member]) => [member.name, id]);
}

function graphMeaning(graph: Graph, plan: GraphPlan, library: Library): unknown {
  const { inputs, outputs, draws, effects } = graph;
  const members = Object.entries(graph.members).map(([id, member]) => [id, memberMeaning(member, library)]);
  const nodes = Object.entries(graph.nodes).map(([id, node]) => [id, nodeMeaning(node)]);
  const edges = graph.edges.map((edge) => [...edge.from, ...edge.to].join(" ")).sort();
  return { inputs, outputs, draws, effects, members, nodes, edges, names: namesMeant(plan) };
}

/** The hash; `float` is part of it, because a float64 run is another program. */
export function semanticHash(
  document: ChainruleDocument,
  plans: ReadonlyMap<string, GraphPlan>,
  library: Library,
  float: string,
): string {
  const graphs = [...plans].map(([id, plan]) => [id, graphMeaning(plan.graph, plan, library)]);
  const functions = Object.entries(document.functions).map(([id, { forward, backward, saved }]) => [id, { forward, backward, saved }]); // prettier-ignore
  const resources = Object.entries(document.resources).map(([id, { sha256, kind }]) => [id, sha256, kind]);
  const meaning = { root: document.root, graphs, functions, resources, loss: document.training.loss, float };
  return hashText(stableText(meaning));
}
