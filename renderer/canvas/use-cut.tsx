/** @file Cutting edges: Y held, or Ctrl and the right button, and a stroke across them. */
import { useEffect, useRef, useState, type PointerEvent, type ReactNode } from "react";
import type { GraphId, PortAddress } from "@chainrule/engine/analysis";
import type { App } from "../app/app";
import { crossesEdge, type Point } from "../overlay/edge-geometry";
import type { PlacedEdge } from "./edge-places";

interface Cut {
  /** Takes the press if it begins a stroke. */
  readonly begin: (event: PointerEvent<HTMLElement>) => boolean;
  readonly isOn: () => boolean;
  readonly line: ReactNode;
}

function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

/** The gesture, and the line to draw while it lasts. `toCanvas` turns screen pixels to canvas pixels. */
export function useCut(app: App, placed: readonly PlacedEdge[], toCanvas: (point: Point) => Point): Cut {
  const isHeld = useRef(false);
  const stroke = useRef<Point[]>([]);
  const [shown, setShown] = useState<readonly Point[]>([]);

  useEffect(() => {
    const hold = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "y" || event.ctrlKey || event.metaKey) return;
      isHeld.current = event.type === "keydown" && !isField(event.target);
    };
    const drop = (): void => void (isHeld.current = false);
    window.addEventListener("keydown", hold);
    window.addEventListener("keyup", hold);
    window.addEventListener("blur", drop);
    return () => {
      window.removeEventListener("keydown", hold);
      window.removeEventListener("keyup", hold);
      window.removeEventListener("blur", drop);
    };
  }, []);

  const finish = (): void => {
    const points = stroke.current.map(toCanvas);
    stroke.current = [];
    setShown([]);
    const cut = new Map<GraphId, PortAddress[]>();
    for (const { scope, edge, from, to } of placed) {
      const isCut = points.some((point, i) => i > 0 && crossesEdge(from, to, points[i - 1] ?? point, point));
      if (isCut) cut.set(scope.graph, [...(cut.get(scope.graph) ?? []), [edge.to[0], edge.to[1]]]);
    }
    for (const [graph, inputs] of cut) app.edits.disconnect(graph, inputs);
  };

  const begin = (event: PointerEvent<HTMLElement>): boolean => {
    const isStroke = (event.button === 0 && isHeld.current) || (event.button === 2 && event.ctrlKey);
    if (!isStroke) return false;
    event.preventDefault();
    event.stopPropagation();
    const surface = event.currentTarget;
    stroke.current = [{ x: event.clientX, y: event.clientY }];
    const move = (moved: globalThis.PointerEvent): void => {
      stroke.current.push({ x: moved.clientX, y: moved.clientY });
      const box = surface.getBoundingClientRect();
      setShown(stroke.current.map(({ x, y }) => ({ x: x - box.left, y: y - box.top })));
    };
    const end = (): void => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
      finish();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
    return true;
  };

  const line =
    shown.length < 2 ? null : (
      <svg className="pointer-events-none absolute inset-0 z-20 size-full" aria-hidden>
        <polyline
          points={shown.map(({ x, y }) => `${x},${y}`).join(" ")}
          fill="none"
          stroke="var(--err)"
          strokeWidth={1.5}
          strokeDasharray="5 4"
        />
      </svg>
    );
  return { begin, isOn: () => stroke.current.length > 0, line };
}
