/** @file The card of the edge under the pointer: histogram and statistics of its gradient. */
import type { Edge, GraphId } from "@chainrule/engine/analysis";
import type { Place, TensorView } from "@chainrule/engine/session";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { printExtents, printNumber } from "../ui/number-text";
import { Histogram } from "./histogram";
import { edgeKey } from "./overlay";
import { StatisticsFacts } from "./statistics-facts";

interface EdgeCardProps {
  readonly edge: Edge;
  readonly graph: GraphId;
  /** The call whose numbers are shown; null shows the worst. */
  readonly calls: Place["path"] | null;
  readonly x: number;
  readonly y: number;
}

const width = 264;

/** What flows along an edge and back. */
export function EdgeCard({ edge, graph, calls, x, y }: EdgeCardProps) {
  const app = useApp();
  const [views, setViews] = useState<{
    readonly value: TensorView | null;
    readonly gradient: TensorView | null;
  } | null>(null);
  const [node, port] = edge.to;
  const path = JSON.stringify(calls);
  useEffect(() => {
    let isCurrent = true;
    setViews(null);
    if (app.overlay.step < 0) return;
    const place: Place = {
      kind: "edge",
      graph,
      node,
      port,
      ...(calls === null || calls === undefined ? {} : { path: calls }),
    };
    void app.engine.fetch(place, 64).then((reply) => {
      if (isCurrent && reply !== null) setViews({ value: reply.value, gradient: reply.gradient });
    });
    return () => {
      isCurrent = false;
    };
    // The path is compared by what it says.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [app, graph, node, port, path]);
  const nodes = app.history.document().graphs[graph]?.nodes ?? {};
  const name = (id: string): string => nodes[id]?.label ?? nodes[id]?.name ?? id;
  const type = app.analysis.getState().findings(graph).get(node)?.types.get(`input${port}`);
  useSyncExternalStore(
    (listener) => app.overlay.subscribe(listener),
    () => app.overlay.step,
  );
  const broadcast = app.analysis.getState().analysis.graphs.get(graph)?.broadcasts.get(node)?.[port];
  const sample = app.overlay.sample(edgeKey(graph, node, port));
  const gradient = views?.gradient ?? null;
  // The numbers are those that colour the edge and stand in the table; only the histogram is computed for the card.
  const shown =
    gradient === null || sample?.gradient == null
      ? gradient
      : { ...gradient, statistics: { ...gradient.statistics, ...sample.gradient } };
  const left = Math.min(x + 14, window.innerWidth - width - 8);
  const top = Math.min(y + 14, window.innerHeight - 250);
  return (
    <div
      role="tooltip"
      className="pointer-events-none fixed z-30 rounded-float border border-line2 bg-raised p-3 shadow-float"
      style={{ left, top, width }}
    >
      <div className="mb-2 flex items-baseline justify-between gap-2">
        <span className="min-w-0 truncate font-semibold">
          {name(edge.from[0])} → {name(edge.to[0])}
        </span>
        <span className="shrink-0 font-mono text-caption text-text3">
          {type === undefined ? "" : `${type.dtype} ${printExtents(type.shape)}`}
          {broadcast !== undefined && ` → ${printExtents(broadcast.to)}`}
        </span>
      </div>
      {shown !== null ? (
        <>
          <Histogram histogram={shown.histogram} width={width - 26} height={64} />
          <div className="mt-2">
            <StatisticsFacts view={shown} />
          </div>
        </>
      ) : (
        <p className="text-small text-text2">
          {sample?.gradient
            ? `${text.edges.columns.rms} ${printNumber(sample.gradient.rms)}`
            : app.overlay.step < 0
              ? text.canvas.noGradientsText
              : text.edges.noGradient}
        </p>
      )}
      {sample !== null && sample.calls > 1 && (
        <p className="mt-1 text-caption text-text3">{text.edges.calls(sample.shown, sample.calls)}</p>
      )}
    </div>
  );
}
