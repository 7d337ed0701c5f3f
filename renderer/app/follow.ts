/** @file What follows what: the overlay watches the graph on the canvas, the window's title the document. */
import type { Graph, GraphId } from "@chainrule/engine/analysis";
import type { Place } from "@chainrule/engine/session";
import { text } from "../text/text";
import { currentGraph } from "../workspace/workspace";
import type { App } from "./app";

function edgePlaces(id: GraphId, graph: Graph): Place[] {
  return graph.edges.map((edge) => ({ kind: "edge", graph: id, node: edge.to[0], port: edge.to[1] }));
}

function portPlaces(app: App, id: GraphId, graph: Graph): Place[] {
  const facts = app.analysis.getState().analysis.graphs.get(id);
  return Object.keys(graph.nodes).flatMap((node) => {
    const [port] = Object.keys(facts?.outputs.get(node) ?? {});
    return port === undefined ? [] : [{ kind: "port" as const, graph: id, node, port }];
  });
}

/** Binds the parts that change together. */
export function followWorkspace(app: App): void {
  let shownGraph: GraphId | null = null;
  let shownEdges: Graph["edges"] | null = null;
  const watch = (): void => {
    const id = currentGraph(app.workspace.getState());
    const graph = id === null ? undefined : app.history.document().graphs[id];
    if (id === null || graph === undefined) return;
    if (id === shownGraph && graph.edges === shownEdges) return;
    shownGraph = id;
    shownEdges = graph.edges;
    app.engine.watch(edgePlaces(id, graph));
    app.engine.watchPreviews(portPlaces(app, id, graph));
  };
  const title = (): void => {
    const document = app.history.document();
    const isUnsaved = app.history.isUnsaved();
    const name =
      app.workspace.getState().screen === "gallery"
        ? text.appName
        : `${isUnsaved ? "● " : ""}${document.name} · ${text.appName}`;
    app.desktop.describe(name, isUnsaved);
  };
  app.workspace.subscribe((state, before) => {
    if (state.overlay !== before.overlay) app.overlay.setMode(state.overlay);
    watch();
    title();
  });
  app.history.subscribe(() => {
    // A graph that was on the canvas may be gone after an undo.
    const { path } = app.workspace.getState();
    const whole = path.findIndex((step) => app.history.document().graphs[step.graph] === undefined);
    if (whole > 0) app.workspace.setState({ path: path.slice(0, whole), selection: new Set(), selectedEdge: null });
    watch();
    title();
  });
  title();
}
