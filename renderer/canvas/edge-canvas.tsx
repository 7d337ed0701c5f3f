/** @file The GPU layer of edges behind the nodes: follows the camera without React, draws only while something moves. */
import { useEffect, useRef } from "react";
import type { useStoreApi } from "reactflow";
import { useApp } from "../app/app";
import { isMotionReduced, themeOf } from "../app/settings";
import { EdgeLayer } from "../overlay/edge-layer";
import { writeStyle } from "../overlay/edge-style";
import { viewOfEdge } from "../overlay/edge-view";
import { currentGraph } from "../workspace/workspace";
import type { PlacedEdge } from "./edge-places";

interface EdgeCanvasProps {
  readonly placed: readonly PlacedEdge[];
  readonly flowStore: ReturnType<typeof useStoreApi>;
  readonly hovered: number;
}

/** Screen time of packets and chevrons: stands still where motion is reduced. */
function clock(reduced: boolean): number {
  return reduced ? 0 : performance.now() / 1000;
}

/** The edges of the graph on the canvas. */
export function EdgeCanvas({ placed, flowStore, hovered }: EdgeCanvasProps) {
  const app = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef({ placed, hovered });
  const layer = useRef<EdgeLayer | null>(null);
  scene.current = { placed, hovered };

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    layer.current = EdgeLayer.create(element);
    let frame = 0;
    let isDirty = true;
    const draw = (): void => {
      frame = requestAnimationFrame(draw);
      const current = layer.current;
      if (current === null) return;
      const settings = app.settings.getState();
      const reduced = isMotionReduced(settings.motion);
      const isMoving = !reduced && app.overlay.isFlowing();
      if (!isDirty && !isMoving) return;
      isDirty = false;
      const { transform, width, height } = flowStore.getState();
      current.draw({
        camera: { x: transform[0], y: transform[1], zoom: transform[2] },
        width,
        height,
        pixelRatio: Math.min(window.devicePixelRatio, 2),
        theme: themeOf(settings.theme),
        time: clock(reduced),
        showPackets: app.overlay.hasValues(),
        gradientFlow: app.overlay.hasGradients(),
      });
    };
    const restyle = (): void => {
      const current = layer.current;
      if (current === null) return;
      const { placed: edges, hovered: index } = scene.current;
      const overlay = app.overlay.settings(themeOf(app.settings.getState().theme));
      const state = app.workspace.getState();
      const focus = currentGraph(state);
      edges.forEach(({ edge, scope }, i) => {
        const selected = scope.graph === focus ? state.selectedEdge : null;
        writeStyle(current.styles, i, viewOfEdge(app, scope.graph, edge, selected, i === index), overlay);
      });
      current.styled();
      isDirty = true;
    };
    const dirty = (): void => {
      isDirty = true;
    };
    app.overlay.attach({ restyle, counters: () => layer.current?.counters ?? null });
    const ends = [
      flowStore.subscribe(dirty),
      app.workspace.subscribe(restyle),
      app.settings.subscribe(restyle),
      app.analysis.subscribe(restyle),
    ];
    frame = requestAnimationFrame(draw);
    return () => {
      cancelAnimationFrame(frame);
      for (const end of ends) end();
      app.overlay.detach();
    };
  }, [app, flowStore]);

  useEffect(() => {
    const current = layer.current;
    if (current === null) return;
    current.resize(placed.length);
    placed.forEach(({ from, to }, i) => current.place(i, from, to));
    app.overlay.restyle();
  }, [app, placed, hovered]);

  return <canvas ref={canvas} className="pointer-events-none absolute inset-0 z-0 size-full" aria-hidden />;
}
