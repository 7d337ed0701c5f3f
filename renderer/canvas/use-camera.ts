/** @file The camera of the canvas: each graph is found again as it was left, a new one fitted and kept so until a hand moves it. */
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useReactFlow, useStoreApi, type Viewport } from "reactflow";
import type { GraphId } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import type { CanvasNode } from "./derive-nodes";
import { boxOf, fitCamera, nearestZoom } from "./fit";

/** Moves the camera to nodes, in so many milliseconds; follows the graph that is shown by itself. */
export function useCamera(app: App, graphId: GraphId | null, nodes: readonly CanvasNode[]) {
  const flow = useReactFlow<CanvasNode>();
  const store = useStoreApi();
  /** By document opened and graph: two documents may name their graphs alike. */
  const cameras = useRef(new Map<string, Viewport>());
  const [opened, setOpened] = useState(0);
  /** A person chose what is shown; until then everything is, whatever becomes of the pane. */
  const isFree = useRef(false);
  const newest = useRef(nodes);
  newest.current = nodes;

  const fit = (shown: readonly CanvasNode[], most: number, durationMs: number): boolean => {
    const { width, height } = store.getState();
    if (shown.length === 0 || width === 0) return false;
    const frames = shown === newest.current && graphId !== null ? app.history.document().graphs[graphId]?.frames : [];
    const boxes = [...shown.map(boxOf), ...(frames ?? []).map(({ position, size }) => ({ ...position, ...size }))];
    void flow.setViewport(fitCamera(boxes, width, height, most), { duration: durationMs });
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
    isFree.current = known !== undefined;
    if (known !== undefined) void flow.setViewport(known, { duration: 0 });
    else fit(nodes, nearestZoom(store.getState().width), 0);
    return () => {
      if (isFree.current) places.set(key, flow.getViewport());
    };
    // The camera is placed when another graph or document is shown, not when nodes change.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [graphId, opened, flow]);

  useEffect(() => {
    let frame = 0;
    const again = (): void => {
      cancelAnimationFrame(frame);
      if (!isFree.current)
        frame = requestAnimationFrame(() => fit(newest.current, nearestZoom(store.getState().width), 0));
    };
    const ends = [
      // The pane has no size before the page was laid out, and another one when a panel opens.
      store.subscribe((state, before) => {
        if (state.width !== before.width || state.height !== before.height) again();
      }),
      app.fonts.subscribe(again),
    ];
    return () => {
      cancelAnimationFrame(frame);
      for (const end of ends) end();
    };
    // Only the stores matter: what is fitted is read when it happens.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [app, store]);

  return {
    fit,
    /** Everything is shown, and kept so. */
    fitAll: (most: number, durationMs: number) => {
      isFree.current = false;
      fit(newest.current, most, durationMs);
    },
    /** A person has taken the camera. */
    taken: () => {
      isFree.current = true;
    },
  };
}
