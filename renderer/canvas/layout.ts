/** @file Tidies the layout: layers from left to right by elk, in a worker, the selection or everything. */
import type { ELK } from "elkjs/lib/elk-api";
import type { NodeId } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { viewNode } from "../nodes/node-view";
import { currentGraph } from "../workspace/workspace";

let elk: ELK | null = null;

async function engine(): Promise<ELK> {
  if (elk !== null) return elk;
  const { default: Elk } = await import("elkjs/lib/elk-api");
  elk = new Elk({ workerFactory: () => new Worker(new URL("elkjs/lib/elk-worker.min.js", import.meta.url)) });
  return elk;
}

/** Moves the selected nodes, or all of them, into layers; as one undoable step. */
export async function tidy(app: App): Promise<void> {
  const id = currentGraph(app.workspace.getState());
  const document = app.history.document();
  const graph = id === null ? undefined : document.graphs[id];
  if (id === null || graph === undefined) return;
  const { selection } = app.workspace.getState();
  const chosen = new Set<NodeId>(selection.size > 1 ? selection : Object.keys(graph.nodes));
  const views = Object.entries(graph.nodes)
    .filter(([node]) => chosen.has(node))
    .map(([node, content]) => viewNode(document, id, node, content, app.library));
  if (views.length === 0) return;
  const layout = await (
    await engine()
  ).layout({
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.layered.spacing.nodeNodeBetweenLayers": "56",
      "elk.spacing.nodeNode": "26",
      "elk.spacing.edgeNode": "18",
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
    },
    children: views.map((view) => ({
      id: view.id,
      width: view.width,
      height: view.height,
      layoutOptions: { "elk.portConstraints": "FIXED_POS" },
      ports: view.ports.map((port) => ({
        id: `${view.id}\u0000${port.side}\u0000${port.name}`,
        x: port.side === "input" ? 0 : view.width,
        y: port.y,
        width: 0,
        height: 0,
      })),
    })),
    edges: graph.edges
      .filter((edge) => chosen.has(edge.from[0]) && chosen.has(edge.to[0]))
      .map((edge, i) => ({
        id: `e${i}`,
        sources: [`${edge.from[0]}\u0000output\u0000${edge.from[1]}`],
        targets: [`${edge.to[0]}\u0000input\u0000${edge.to[1]}`],
      })),
  });
  const left = Math.min(...views.map((view) => view.node.position.x));
  const top = Math.min(...views.map((view) => view.node.position.y));
  const at = new Map(
    (layout.children ?? []).map((child) => [child.id, { x: left + (child.x ?? 0), y: top + (child.y ?? 0) }]),
  );
  app.edits.positionNodes(id, at);
  app.canvas.fit();
}
