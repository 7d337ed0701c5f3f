/** @file The scene of the canvas in React: nodes, placed edges and scopes, derived when what they show changes. */
import { useMemo, useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { insideSteps, scopeKey, stageGraph } from "../workspace/workspace";
import { NodeDerivation } from "./derive-nodes";
import { stageScope } from "./scopes";

/** The scene, and a switch that keeps everything in its place while something is dragged. */
export function useScene() {
  const app = useApp();
  const derivation = useMemo(() => new NodeDerivation(app.library), [app.library]);
  const [isDragging, setDragging] = useState(false);
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const graphId = useStore(app.workspace, stageGraph);
  const path = useStore(app.workspace, (state) => state.path);
  const focus = useStore(app.workspace, (state) => scopeKey(insideSteps(state)));
  const selection = useStore(app.workspace, (state) => state.selection);
  const regions = useStore(app.workspace, (state) => state.regions);
  const fonts = useStore(app.fonts);
  const scene = useMemo(
    () =>
      derivation.derive({
        document,
        stage: stageScope({ ...app.workspace.getState(), path }),
        regions,
        focus,
        selection,
        fonts,
        isDragging,
      }),
    [app.workspace, derivation, document, path, regions, focus, selection, fonts, isDragging],
  );
  const graph = graphId === null ? undefined : document.graphs[graphId];
  return { app, graphId, graph, scene, setDragging };
}
