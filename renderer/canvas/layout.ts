/** @file Tidies the graph under edit: the selection or everything, by elk in a worker, as one undoable step. */
import type { ELK } from "elkjs/lib/elk-api";
import elkWorker from "elkjs/lib/elk-worker.min.js?url";
import type { NodeId } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { viewNode } from "../nodes/node-view";
import { currentGraph, insideSteps, scopeKey } from "../workspace/workspace";
import { NodeDerivation, type CanvasNode } from "./derive-nodes";
import { stageScope } from "./scopes";
import { tidyGraph, type TidyNode } from "./tidy";

let elk: ELK | null = null;

async function engine(): Promise<ELK> {
  if (elk !== null) return elk;
  const { default: Elk } = await import("elkjs/lib/elk-api");
  // The file as it is: bundled, it would be a module that a plain worker cannot read.
  elk = new Elk({ workerFactory: () => new Worker(elkWorker) });
  return elk;
}

/** The nodes of the graph under edit as they are drawn: open regions with their whole box. */
function drawnNodes(app: App): readonly CanvasNode[] {
  const state = app.workspace.getState();
  const focus = scopeKey(insideSteps(state));
  const scene = new NodeDerivation(app.library).derive({
    document: app.history.document(),
    stage: stageScope(state),
    regions: state.regions,
    focus,
    selection: new Set(),
    fonts: 0,
    isDragging: false,
  });
  return scene.nodes.filter(({ data }) => data.scope === focus);
}

/** Moves the selected nodes, or all of them, into layers. */
export async function tidy(app: App): Promise<void> {
  const id = currentGraph(app.workspace.getState());
  const document = app.history.document();
  const graph = id === null ? undefined : document.graphs[id];
  if (id === null || graph === undefined) return;
  const { selection } = app.workspace.getState();
  const chosen = new Set<NodeId>(selection.size > 1 ? selection : Object.keys(graph.nodes));
  const nodes = drawnNodes(app).flatMap(({ data }): TidyNode[] => {
    const { node, id: key } = data.view;
    if (!chosen.has(key)) return [];
    // What crosses a region's border is drawn on it, and as a node where its graph is entered.
    const view = data.view.form === "terminal" ? viewNode(document, id, key, node, app.library) : data.view;
    return [{ id: key, ...node.position, width: view.width, height: view.height, ports: view.ports }];
  });
  if (nodes.length === 0) return;
  const edges = graph.edges.filter((edge) => chosen.has(edge.from[0]) && chosen.has(edge.to[0]));
  const { positions, dots } = await tidyGraph(await engine(), nodes, edges);
  // The hand may have gone on meanwhile.
  if (app.history.document() !== document) return;
  const left = Math.min(...nodes.map(({ x }) => x));
  const top = Math.min(...nodes.map(({ y }) => y));
  app.edits.layOut(
    id,
    new Map([...positions].map(([key, { x, y }]) => [key, { x: left + x, y: top + y }])),
    dots.map(({ to, places }) => ({ to, places: places.map(({ x, y }) => ({ x: left + x - 4, y: top + y - 4 })) })),
  );
  app.canvas.fit();
}
