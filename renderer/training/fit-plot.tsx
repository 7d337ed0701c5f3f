/** @file The fit: ports of the document drawn against each other, such as ŷ and sin x over x. */
import { useSyncExternalStore } from "react";
import { useApp } from "../app/app";
import { portKey } from "../session/live-values";
import { text } from "../text/text";
import { Empty } from "../ui/section";

const width = 280;
const height = 150;

function useCurve(port: readonly [string, string] | undefined): Float64Array | null {
  const app = useApp();
  const key = portKey(app.history.document().root, port?.[0] ?? "", port?.[1] ?? "");
  const live = useSyncExternalStore(
    (listener) => app.live.subscribe(key, listener),
    () => app.live.get(key),
  );
  return live?.value?.preview.data ?? null;
}

function Curve({
  x,
  y,
  low,
  high,
  first,
}: {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly low: number;
  readonly high: number;
  readonly first: boolean;
}) {
  const from = x[0] ?? 0;
  const span = (x.at(-1) ?? 1) - from || 1;
  const points = Array.from(y, (value, i) => {
    const px = (((x[i] ?? 0) - from) / span) * width;
    const py = (1 - (value - low) / (high - low || 1)) * height;
    return `${px.toFixed(1)},${Math.min(Math.max(py, -50), height + 50).toFixed(1)}`;
  });
  return (
    <path
      d={`M${points.join("L")}`}
      fill="none"
      stroke={first ? "var(--accent)" : "var(--text2)"}
      strokeWidth={first ? 1.8 : 1.4}
      vectorEffect="non-scaling-stroke"
      {...(first ? {} : { strokeDasharray: "5 4" })}
    />
  );
}

/** The plot that the document's view asks for. */
export function FitPlot() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const { plot } = document.view;
  const x = useCurve(plot?.x);
  const fitted = useCurve(plot?.y[0]);
  const target = useCurve(plot?.y[1]);
  if (plot === undefined) return <Empty sentence={text.training.noPlot} />;
  const shape = target ?? fitted;
  const low = shape === null ? -1 : Math.min(...shape) - 0.2;
  const high = shape === null ? 1 : Math.max(...shape) + 0.2;
  const nodes = document.graphs[document.root]?.nodes ?? {};
  const name = (port: readonly [string, string] | undefined): string =>
    port === undefined ? "" : (nodes[port[0]]?.label ?? nodes[port[0]]?.name ?? "");
  return (
    <section className="flex min-w-0 flex-col px-3 py-2" aria-label={text.training.fit}>
      <h2 className="flex items-baseline gap-3 text-small font-semibold">
        {text.training.fit}
        <span className="font-normal text-accent">— {name(plot.y[0])}</span>
        {plot.y[1] !== undefined && <span className="font-normal text-text2">┄ {name(plot.y[1])}</span>}
      </h2>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="mt-1 min-h-0 w-full flex-1 overflow-hidden"
        aria-hidden
        data-testid="fit"
      >
        <path
          d={`M0,${height / 2}H${width}M${width / 2},0V${height}`}
          stroke="var(--line)"
          vectorEffect="non-scaling-stroke"
        />
        {x !== null && target !== null && <Curve x={x} y={target} low={low} high={high} first={false} />}
        {x !== null && fitted !== null && <Curve x={x} y={fitted} low={low} high={high} first />}
      </svg>
    </section>
  );
}
