/** @file What follows what: the overlay watches the graph on the canvas, the window's title the document. */
import { defaultWindow } from "../overlay/edge-style";
import { text } from "../text/text";
import { openScopes, scopePlaces } from "../canvas/scopes";
import type { App } from "./app";

/** Binds the parts that change together. */
export function followWorkspace(app: App): void {
  let watched = "";
  const watch = (): void => {
    const document = app.history.document();
    const scopes = openScopes(document, app.workspace.getState());
    const { analysis } = app.analysis.getState();
    const { edges, ports } = scopePlaces(document, scopes, (graph, node) => {
      return Object.keys(analysis.graphs.get(graph)?.outputs.get(node) ?? {})[0];
    });
    const key = JSON.stringify([edges, ports]);
    if (key === watched) return;
    watched = key;
    app.engine.watch(edges);
    app.engine.watchPreviews(ports);
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
  let range: unknown = null;
  const scale = (): void => {
    const { gradientWindow } = app.history.document().view;
    if (gradientWindow === range) return;
    range = gradientWindow;
    app.overlay.setWindow(gradientWindow ?? defaultWindow, gradientWindow?.locked === false);
  };
  app.history.subscribe(() => {
    scale();
    // A graph that was on the canvas may be gone after an undo.
    const { path } = app.workspace.getState();
    const whole = path.findIndex((step) => app.history.document().graphs[step.graph] === undefined);
    if (whole > 0) app.workspace.setState({ path: path.slice(0, whole), selection: new Set(), selectedEdge: null });
    watch();
    title();
  });
  title();
}
