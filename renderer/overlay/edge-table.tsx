/** @file The table of all edges of the graph on the canvas: the overlay's numbers in full, sortable, linked to the canvas. */
import { useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { themeOf } from "../app/settings";
import { text } from "../text/text";
import { MiddleText } from "../ui/middle-text";
import { Empty } from "../ui/section";
import { classNames } from "../ui/class-names";
import { currentGraph } from "../workspace/workspace";
import { EdgeMark } from "./edge-mark";
import { stateOf, type EdgeState, type EdgeStatistics } from "./edge-style";
import { viewOfEdge } from "./edge-view";
import { edgeKey } from "./overlay";

const columns = ["edge", "rms", "max", "mean", "zeros", "nan", "inf"] as const;
type Column = (typeof columns)[number];

interface Row {
  readonly to: readonly [string, string];
  readonly name: string;
  readonly gradient: EdgeStatistics | null;
  readonly state: EdgeState;
}

function sorted(rows: readonly Row[], by: Column, descending: boolean): readonly Row[] {
  const value = (row: Row): number =>
    by === "edge" || row.gradient === null ? -1 : Number.isNaN(row.gradient[by]) ? Infinity : row.gradient[by];
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => (by === "edge" ? sign * a.name.localeCompare(b.name) : sign * (value(a) - value(b))));
}

/** Seven digits: enough to compare with the command line. */
function full(value: number): string {
  const printed = Number.isInteger(value) && Math.abs(value) < 1e7 ? String(value) : value.toPrecision(7);
  return printed.replace(/-/g, "−");
}

/** One row per edge. */
export function EdgeTable() {
  const app = useApp();
  const [by, setBy] = useState<Column>("rms");
  const [descending, setDescending] = useState(true);
  const step = useSyncExternalStore(
    (listener) => app.overlay.subscribe(listener),
    () => app.overlay.step,
  );
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const graphId = useStore(app.workspace, currentGraph);
  const selected = useStore(app.workspace, (state) => state.selectedEdge);
  const graph = graphId === null ? undefined : document.graphs[graphId];
  if (graph === undefined || graphId === null || step < 0) return <Empty sentence={text.edges.empty} />;
  const name = (id: string): string => graph.nodes[id]?.label ?? graph.nodes[id]?.name ?? id;
  const settings = { ...app.overlay.settings(themeOf(app.settings.getState().theme)), mode: "magnitude" as const };
  const rows = graph.edges.map((edge): Row => ({
    to: edge.to,
    name: `${name(edge.from[0])} → ${name(edge.to[0])}.${edge.to[1]}`,
    gradient: app.overlay.sample(edgeKey(graphId, edge.to[0], edge.to[1]))?.gradient ?? null,
    state: stateOf(viewOfEdge(app, graphId, edge, null, false), settings),
  }));
  return (
    <div className="h-full overflow-auto">
      <table className="w-full border-collapse text-small" data-testid="edge-table">
        <caption className="sr-only">{text.edges.caption(step)}</caption>
        <thead className="sticky top-0 bg-panel">
          <tr>
            {columns.map((column) => (
              <th
                key={column}
                aria-sort={by === column ? (descending ? "descending" : "ascending") : "none"}
                className={classNames(
                  "h-7 border-b border-line px-3 font-normal whitespace-nowrap text-text3",
                  column === "edge" ? "text-left" : "w-[11%] text-right",
                )}
              >
                <button
                  type="button"
                  className="hover:text-text"
                  onClick={() => {
                    if (by === column) setDescending(!descending);
                    setBy(column);
                  }}
                >
                  {text.edges.columns[column]} {by === column ? (descending ? "↓" : "↑") : ""}
                </button>
                {column === "edge" && <span className="ml-2">{text.edges.atStep(step)}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(rows, by, descending).map((row) => (
            <tr
              key={row.to.join("\u0000")}
              data-edge={row.to.join(".")}
              onClick={() => app.workspace.setState({ selectedEdge: row.to, selection: new Set() })}
              className={classNames(
                "hover:bg-hover",
                selected !== null && selected[0] === row.to[0] && selected[1] === row.to[1] && "bg-accent-soft",
              )}
            >
              <td className="max-w-0 border-b border-line px-3 py-1">
                <span className="flex items-center gap-2.5">
                  <EdgeMark state={row.state} rms={row.gradient?.rms ?? 0} />
                  <MiddleText text={row.name} />
                </span>
              </td>
              {columns.slice(1).map((column) => (
                <td
                  key={column}
                  className={classNames(
                    "border-b border-line px-3 py-1 text-right font-mono text-[11.5px] select-text",
                    (column === "nan" || column === "inf") && (row.gradient?.[column] ?? 0) > 0 && "text-err",
                  )}
                >
                  {row.gradient === null ? (
                    <span className="text-text3">–</span>
                  ) : (
                    full(row.gradient[column === "edge" ? "rms" : column])
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
