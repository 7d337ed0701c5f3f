/** @file The GPU layer of edges behind the nodes: follows the camera without React, draws only while something moves. */
import { useEffect, useRef } from "react";
import type { useStoreApi } from "reactflow";
import { useApp } from "../app/app";
import { isMotionReduced, themeOf } from "../app/settings";
import type { FarBox } from "../overlay/box-layer";
import { EdgeLayer } from "../overlay/edge-layer";
import { writeStyle } from "../overlay/edge-style";
import { viewOfEdge } from "../overlay/edge-view";
import { currentGraph } from "../workspace/workspace";
import type { StoreApi } from "zustand/vanilla";
import { highlighted, type EdgeAttention } from "./hover-card";
import type { CanvasNode } from "./derive-nodes";
import type { PlacedEdge } from "./edge-places";

interface EdgeCanvasProps {
  readonly placed: readonly PlacedEdge[];
  readonly flowStore: ReturnType<typeof useStoreApi>;
  readonly attention: StoreApi<EdgeAttention>;
  /** Nodes to draw as boxes, because none is in the page. */
  readonly nodes: readonly CanvasNode[];
}

/** Screen time of packets and chevrons: stands still where motion is reduced. */
function clock(reduced: boolean): number {
  return reduced ? 0 : performance.now() / 1000;
}

function farBox({ position, selected, data: { view } }: CanvasNode): FarBox {
  const { width, height, title, form } = view;
  const border = selected === true ? "accent" : form === "parameter" ? "member" : "line2";
  return { ...position, width, height, title, isRegion: form === "region", border };
}

/** The edges of the graph on the canvas, and its nodes where they are too small to be in the page. */
export function EdgeCanvas({ placed, flowStore, attention, nodes }: EdgeCanvasProps) {
  const app = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef(placed);
  const layer = useRef<EdgeLayer | null>(null);
  scene.current = placed;

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
      const edges = scene.current;
      const index = highlighted(attention.getState());
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
      attention.subscribe((state, before) => {
        if (highlighted(state) !== highlighted(before)) restyle();
      }),
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
  }, [app, flowStore, attention]);

  useEffect(() => {
    const current = layer.current;
    if (current === null) return;
    current.resize(placed.length);
    placed.forEach(({ from, to }, i) => current.place(i, from, to));
    app.overlay.restyle();
  }, [app, placed]);

  useEffect(() => {
    layer.current?.boxes.set(nodes.map(farBox));
    app.overlay.restyle();
  }, [app, nodes]);

  return <canvas ref={canvas} className="pointer-events-none absolute inset-0 z-0 size-full" aria-hidden />;
}
