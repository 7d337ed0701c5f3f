/** @file Which graphs the canvas draws: the one entered and, in place, those of its open regions. */
import type { ChainruleDocument, GraphId, GraphNode, NodeId } from "@chainrule/engine/analysis";
import type { Place } from "@chainrule/engine/session";
import { innerGraph } from "../app/edits";
import { scopeKey, type GraphStep, type RegionChoice, type WorkspaceState } from "../workspace/workspace";

/** A graph drawn on the canvas. */
export interface Scope {
  /** "" for the graph entered, "repeat/" for a region in it. */
  readonly key: string;
  readonly graph: GraphId;
  /** From the graph entered to here. */
  readonly steps: readonly GraphStep[];
  /** The call whose numbers are shown; null shows the worst of all. */
  readonly calls: NonNullable<Place["path"]> | null;
}

/** The graph of an open region, or null: loops and branches are open unless closed, others only when opened. */
export function openBody(
  document: ChainruleDocument,
  owner: GraphId,
  id: NodeId,
  node: GraphNode,
  choice: RegionChoice | undefined,
): GraphId | null {
  const isLoop = node.kind === "repeat" || node.kind === "branch";
  if (!isLoop && choice?.open !== true) return null;
  if (choice?.open === false || node.flags?.collapsed === true) return null;
  const graph = document.graphs[owner];
  if (graph === undefined) return null;
  const body = node.kind === "branch" && choice?.turn === 1 ? node.whenFalse : innerGraph(document, graph, node);
  return body !== null && document.graphs[body] !== undefined ? body : null;
}

const deepest = 6;

/** The call of the graph entered, where the way there is known. */
function stageCalls(path: readonly GraphStep[]): Scope["calls"] {
  const calls: [string, number][] = [];
  for (const step of path.slice(1)) {
    if (step.through === null) return null;
    calls.push([step.through, 0]);
  }
  return calls;
}

/** The scope of a region in another. */
export function innerScope(outer: Scope, id: NodeId, node: GraphNode, body: GraphId, turn: number | null): Scope {
  const steps = [...outer.steps, { graph: body, through: id }];
  const index = node.kind === "repeat" ? turn : 0;
  const isChosen = outer.calls !== null && index !== null && (node.kind === "repeat" || outer.calls.length > 0);
  return {
    key: scopeKey(steps),
    graph: body,
    steps,
    calls: isChosen ? [...(outer.calls ?? []), [id, index]] : null,
  };
}

/** The scope of the graph entered. */
export function stageScope(state: WorkspaceState): Scope | null {
  const graph = state.path.at(-1)?.graph;
  return graph === undefined ? null : { key: "", graph, steps: [], calls: stageCalls(state.path) };
}

/** Every scope on the canvas, outer ones first. */
export function openScopes(document: ChainruleDocument, state: WorkspaceState): readonly Scope[] {
  const found: Scope[] = [];
  const visit = (scope: Scope): void => {
    found.push(scope);
    if (scope.steps.length >= deepest) return;
    for (const [id, node] of Object.entries(document.graphs[scope.graph]?.nodes ?? {})) {
      const choice = state.regions.get(`${scope.key}${id}/`);
      const body = openBody(document, scope.graph, id, node, choice);
      if (body !== null) visit(innerScope(scope, id, node, body, choice?.turn ?? null));
    }
  };
  const stage = stageScope(state);
  if (stage !== null && document.graphs[stage.graph] !== undefined) visit(stage);
  return found;
}

/** Edges and ports to watch: every edge drawn, and in a region with a chosen turn one edge of all turns to count them. */
export function scopePlaces(
  document: ChainruleDocument,
  scopes: readonly Scope[],
  outputs: (graph: GraphId, node: NodeId) => string | undefined,
): { readonly edges: Place[]; readonly ports: Place[] } {
  const edges: Place[] = [];
  const ports: Place[] = [];
  for (const scope of scopes) {
    const graph = document.graphs[scope.graph];
    if (graph === undefined) continue;
    // Only a turn that was picked narrows the calls: elsewhere the worst of all is shown.
    const isPicked = scope.calls !== null && scope.steps.length > 0;
    const path =
      isPicked && scope.calls !== null ? { path: scope.calls.map(([id, turn]): [string, number] => [id, turn]) } : {};
    for (const { to } of graph.edges)
      edges.push({ kind: "edge", graph: scope.graph, node: to[0], port: to[1], ...path });
    const [first] = graph.edges;
    if (isPicked && first !== undefined)
      edges.push({ kind: "edge", graph: scope.graph, node: first.to[0], port: first.to[1] });
    for (const node of Object.keys(graph.nodes)) {
      const port = outputs(scope.graph, node);
      if (port !== undefined) ports.push({ kind: "port", graph: scope.graph, node, port, ...path });
    }
  }
  return { edges, ports };
}
