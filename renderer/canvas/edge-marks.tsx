/** @file What edges say in words: badges where a gradient vanishes, explodes or is not finite, and shapes on request. */
import type { Analysis } from "@chainrule/engine/analysis";
import { useMemo, useSyncExternalStore } from "react";
import { ViewportPortal } from "reactflow";
import { useStore } from "zustand";
import { useApp, type App } from "../app/app";
import { themeOf } from "../app/settings";
import { pointOnEdge } from "../overlay/edge-geometry";
import { stateOf } from "../overlay/edge-style";
import { viewOfEdge } from "../overlay/edge-view";
import { classNames } from "../ui/class-names";
import { printExtents } from "../ui/number-text";
import type { PlacedEdge } from "./edge-places";
import { isIn, type Rectangle } from "./zoom-band";

/** Canvas pixels from which an edge has room for its shape. */
const roomForShape = 84;
const signs = { vanishing: "▽", exploding: "△" } as const;

/** "▽", "△", "NaN", "Inf" or nothing, edge by edge, as one text: it changes only when a mark does. */
function marksOf(app: App, placed: readonly PlacedEdge[]): string {
  const settings = app.overlay.settings(themeOf(app.settings.getState().theme));
  return placed
    .map(({ edge, scope }) => {
      const view = viewOfEdge(app, scope.graph, edge, null, false);
      const state = stateOf(view, settings);
      if (state === "invalid") return (view.statistics?.nan ?? 0) > 0 ? "NaN" : "Inf";
      return state === "vanishing" || state === "exploding" ? signs[state] : "";
    })
    .join("\n");
}

function Shape({ analysis, placed }: { readonly analysis: Analysis; readonly placed: PlacedEdge }) {
  const { edge, scope } = placed;
  const facts = analysis.graphs.get(scope.graph);
  const shape = facts?.outputs.get(edge.from[0])?.[edge.from[1]]?.type.shape;
  const broadcast = facts?.broadcasts.get(edge.to[0])?.[edge.to[1]];
  // Between neighbours there is no room for more than what a broadcast has to explain.
  const isShort = Math.hypot(placed.to.x - placed.from.x, placed.to.y - placed.from.y) < roomForShape;
  if (shape === undefined || (isShort && broadcast === undefined)) return null;
  return (
    <span className="rounded-field bg-canvas px-1 font-mono text-tick whitespace-nowrap text-text2">
      {printExtents(shape)}
      {broadcast !== undefined && (
        <>
          {" → ["}
          {broadcast.to.map((extent, axis) => (
            <span key={axis}>
              {axis > 0 && ", "}
              <span className={classNames(broadcast.axes.includes(axis) && "font-semibold text-accent underline")}>
                {extent}
              </span>
            </span>
          ))}
          ]
        </>
      )}
    </span>
  );
}

/** Marks at the middle of edges, as DOM only where there is something to say. */
export function EdgeMarks({ placed, area }: { readonly placed: readonly PlacedEdge[]; readonly area: Rectangle }) {
  const app = useApp();
  const showShapes = useStore(app.workspace, (state) => state.showShapes);
  const analysis = useStore(app.analysis, (state) => state.analysis);
  const marks = useSyncExternalStore(
    (listener) => app.overlay.subscribe(listener),
    () => marksOf(app, placed),
  );
  const byEdge = useMemo(() => marks.split("\n"), [marks]);
  return (
    <ViewportPortal>
      {placed.map((one, i) => {
        const mark = byEdge[i] ?? "";
        if (mark === "" && !showShapes) return null;
        const { x, y } = pointOnEdge(one.from, one.to, 0.5);
        if (!isIn(area, x, y)) return null;
        const isSign = mark === "▽" || mark === "△";
        return (
          <div
            key={`${one.scope.key}${one.edge.to[0]}/${one.edge.to[1]}`}
            className="pointer-events-none absolute z-10 flex -translate-x-1/2 -translate-y-full flex-col items-center gap-0.5"
            style={{ left: x, top: y - (isSign ? 7 : 3) }}
          >
            {mark !== "" && (
              <span
                data-edge-mark={mark}
                className={classNames(
                  "rounded-full font-semibold",
                  isSign
                    ? "flex size-4 items-center justify-center border border-line2 bg-panel text-[9px] text-text2"
                    : "bg-err px-1.5 font-mono text-[10px] leading-4 text-[var(--app)]",
                )}
              >
                {mark}
              </span>
            )}
            {showShapes && <Shape analysis={analysis} placed={one} />}
          </div>
        );
      })}
    </ViewportPortal>
  );
}
