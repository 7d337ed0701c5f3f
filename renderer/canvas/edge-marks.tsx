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
import type { CanvasNode } from "./derive-nodes";
import { boxOf } from "./fit";
import { placeLabels, type LabelSize } from "./label-places";
import { isIn, meets, type Rectangle } from "./zoom-band";
import { textWidth } from "../nodes/text-width";

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

interface ShapeWords {
  readonly shape: readonly number[];
  readonly broadcast: { readonly to: readonly number[]; readonly axes: readonly number[] } | undefined;
}

/** What an edge carries, as analysis knows it. */
function shapeOf(analysis: Analysis, { edge, scope }: PlacedEdge): ShapeWords | null {
  const facts = analysis.graphs.get(scope.graph);
  const shape = facts?.outputs.get(edge.from[0])?.[edge.from[1]]?.type.shape;
  return shape === undefined ? null : { shape, broadcast: facts?.broadcasts.get(edge.to[0])?.[edge.to[1]] };
}

function sizeOf({ shape, broadcast }: ShapeWords): LabelSize {
  const words = printExtents(shape) + (broadcast === undefined ? "" : ` → ${printExtents(broadcast.to)}`);
  return { width: textWidth(words, "mono") + 8, height: 14 };
}

function Shape({ shape, broadcast }: ShapeWords) {
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

/** The shapes of the edges in view, where there is room for them. */
function Shapes({ placed, nodes, area }: MarksProps) {
  const app = useApp();
  const analysis = useStore(app.analysis, (state) => state.analysis);
  const labels = useMemo(() => {
    const shown = placed.filter(({ from, to }) => isIn(area, (from.x + to.x) / 2, (from.y + to.y) / 2));
    const words = shown.map((one) => shapeOf(analysis, one));
    // A region is no obstacle: its edges run inside it.
    const boxes = nodes.filter((node) => node.data.view.form !== "region" && meets(node, area)).map(boxOf);
    const places = placeLabels(
      shown,
      words.map((said) => (said === null ? null : sizeOf(said))),
      boxes,
    );
    return shown.map((one, i) => ({ one, said: words[i] ?? null, place: places[i] ?? null }));
  }, [analysis, placed, nodes, area]);
  return labels.map(({ one, said, place }) =>
    said === null || place === null ? null : (
      <div
        key={`${one.scope.key}${one.edge.to[0]}/${one.edge.to[1]}`}
        className="pointer-events-none absolute z-10 -translate-x-1/2 -translate-y-full"
        style={{ left: place.x, top: place.y - 3 }}
      >
        <Shape {...said} />
      </div>
    ),
  );
}

interface MarksProps {
  readonly placed: readonly PlacedEdge[];
  readonly nodes: readonly CanvasNode[];
  /** What of the canvas is in the page. */
  readonly area: Rectangle;
}

/** Marks at the middle of edges, as DOM only where there is something to say. */
export function EdgeMarks({ placed, nodes, area }: MarksProps) {
  const app = useApp();
  const showShapes = useStore(app.workspace, (state) => state.showShapes);
  const marks = useSyncExternalStore(
    (listener) => app.overlay.subscribe(listener),
    () => marksOf(app, placed),
  );
  const byEdge = useMemo(() => marks.split("\n"), [marks]);
  return (
    <ViewportPortal>
      {placed.map((one, i) => {
        const mark = byEdge[i] ?? "";
        if (mark === "") return null;
        const { x, y } = pointOnEdge(one.from, one.to, 0.5);
        if (!isIn(area, x, y)) return null;
        const isSign = mark === "▽" || mark === "△";
        return (
          <span
            key={`${one.scope.key}${one.edge.to[0]}/${one.edge.to[1]}`}
            data-edge-mark={mark}
            className={classNames(
              "pointer-events-none absolute z-10 -translate-x-1/2 -translate-y-full rounded-full font-semibold",
              isSign
                ? "flex size-4 items-center justify-center border border-line2 bg-panel text-[9px] text-text2"
                : "bg-err px-1.5 font-mono text-[10px] leading-4 text-[var(--app)]",
            )}
            style={{ left: x, top: y - (isSign ? 7 : 3) }}
          >
            {mark}
          </span>
        );
      })}
      {showShapes && <Shapes placed={placed} nodes={nodes} area={area} />}
    </ViewportPortal>
  );
}
