/** @file The camera of the canvas: each graph is found again as it was left, a new one fitted before it is first drawn. */
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useReactFlow, useStoreApi, type Viewport } from "reactflow";
import type { GraphId } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import type { CanvasNode } from "./derive-nodes";
import { fitCamera } from "./fit";

/** A fit begins no nearer than this. */
const nearest = 1.1;

/** Moves the camera to nodes, at most so near, in so many milliseconds; follows the graph that is shown by itself. */
export function useCamera(app: App, graphId: GraphId | null, nodes: readonly CanvasNode[]) {
  const flow = useReactFlow<CanvasNode>();
  const store = useStoreApi();
  /** By document opened and graph: two documents may name their graphs alike. */
  const cameras = useRef(new Map<string, Viewport>());
  const [opened, setOpened] = useState(0);

  const fit = (shown: readonly CanvasNode[], most: number, durationMs: number): boolean => {
    const { width, height } = store.getState();
    if (shown.length === 0 || width === 0) return false;
    void flow.setViewport(fitCamera(shown, width, height, most), { duration: durationMs });
    return true;
  };

  useEffect(
    () =>
      app.history.subscribe((change) => {
        if (change.replaced) setOpened((count) => count + 1);
      }),
    [app],
  );

  useLayoutEffect(() => {
    if (graphId === null) return;
    const key = `${opened} ${graphId}`;
    const places = cameras.current;
    const known = places.get(key);
    let frame = 0;
    if (known !== undefined) void flow.setViewport(known, { duration: 0 });
    // The first graph comes before the pane has been measured.
    else if (!fit(nodes, nearest, 0)) frame = requestAnimationFrame(() => fit(nodes, nearest, 0));
    return () => {
      cancelAnimationFrame(frame);
      places.set(key, flow.getViewport());
    };
    // The camera is placed when another graph or document is shown, not when nodes change.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [graphId, opened, flow]);

  return { fit };
}
