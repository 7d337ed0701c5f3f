/** @file The fit: ports of the document drawn against each other, such as ŷ and sin x over x. */
import type { PortAddress } from "@chainrule/engine/analysis";
import { useRef, useSyncExternalStore } from "react";
import { useApp } from "../app/app";
import { portKey } from "../session/live-values";
import { text } from "../text/text";
import { useElementSize, type Size } from "../ui/element-size";
import { ticksOf, wholeTurns } from "./axis-ticks";

const edge = { left: 34, right: 12, top: 8, bottom: 20 } as const;

/** How the curves after the first are told apart. */
const dashes = ["5 4", "2 3", "9 4 2 4"] as const;
const dashOf = (curve: number): string => dashes[(curve - 1) % dashes.length] ?? "5 4";
const inkOf = (curve: number): string => (curve === 0 ? "var(--accent)" : "var(--text2)");

type Curve = Float64Array | null;

/** The newest values of some ports. */
function useCurves(ports: readonly PortAddress[]): readonly Curve[] {
  const app = useApp();
  const { root } = app.history.document();
  const keys = ports.map(([node, port]) => portKey(root, node, port));
  const changes = useRef(0);
  useSyncExternalStore(
    (listener) => {
      const ends = keys.map((key) =>
        app.live.subscribe(key, () => {
          changes.current++;
          listener();
        }),
      );
      return () => ends.forEach((end) => end());
    },
    () => changes.current,
  );
  return keys.map((key) => app.live.get(key)?.value?.preview.data ?? null);
}

/** The range of what is shown: the target's where there is one, so that a wild first fit does not flatten it. */
function rangeOf(curves: readonly Curve[]): readonly [number, number] {
  const [fitted, ...targets] = curves;
  const shown = targets.some((curve) => curve !== null) ? targets : [fitted ?? null];
  let [low, high] = [Infinity, -Infinity];
  for (const curve of shown) {
    for (const y of curve ?? []) {
      if (!Number.isFinite(y)) continue;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  if (low > high) return [-1, 1];
  const margin = (high - low || 1) * 0.12;
  return [low - margin, high + margin];
}

function Axes({
  size,
  x,
  y,
}: {
  readonly size: Size;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}) {
  const right = size.width - edge.right;
  const bottom = size.height - edge.bottom;
  const across = (at: number): number => edge.left + ((at - x[0]) / (x[1] - x[0] || 1)) * (right - edge.left);
  const down = (at: number): number => bottom - ((at - y[0]) / (y[1] - y[0] || 1)) * (bottom - edge.top);
  return (
    <g className="font-mono text-tick" fill="var(--text3)">
      {ticksOf(y[0], y[1], Math.max(2, (bottom - edge.top) / 34)).map(({ at, label }) => (
        <g key={label}>
          <line x1={edge.left} x2={right} y1={down(at)} y2={down(at)} stroke="var(--line)" />
          <text x={edge.left - 6} y={down(at) + 3.5} textAnchor="end">
            {label}
          </text>
        </g>
      ))}
      {ticksOf(x[0], x[1], Math.max(2, (right - edge.left) / 44)).map(({ at, label }) => (
        <g key={label}>
          <line x1={across(at)} x2={across(at)} y1={edge.top} y2={bottom} stroke="var(--line)" />
          <text x={across(at)} y={bottom + 14} textAnchor="middle">
            {label}
          </text>
        </g>
      ))}
    </g>
  );
}

function Plot({
  size,
  x,
  curves,
}: {
  readonly size: Size;
  readonly x: Float64Array;
  readonly curves: readonly Curve[];
}) {
  const [from, to] = wholeTurns(x[0] ?? 0, x.at(-1) ?? 1);
  const [low, high] = rangeOf(curves);
  const wide = Math.max(size.width - edge.left - edge.right, 1);
  const tall = Math.max(size.height - edge.top - edge.bottom, 1);
  const path = (curve: Float64Array): string =>
    Array.from(curve, (value, i) => {
      const across = edge.left + (((x[i] ?? 0) - from) / (to - from || 1)) * wide;
      const down = edge.top + (1 - (value - low) / (high - low)) * tall;
      return `${i === 0 ? "M" : "L"}${across.toFixed(1)},${Math.min(Math.max(down, -1e4), 1e4).toFixed(1)}`;
    }).join("");
  return (
    <svg width={size.width} height={size.height} className="absolute inset-0" aria-hidden>
      <Axes size={size} x={[from, to]} y={[low, high]} />
      <clipPath id="fit-frame">
        <rect x={edge.left} y={0} width={wide} height={size.height - edge.bottom} />
      </clipPath>
      <g clipPath="url(#fit-frame)" fill="none" strokeLinejoin="round">
        {curves
          .map((curve, i) => ({ curve, i }))
          .reverse()
          .map(({ curve, i }) =>
            curve === null || !curve.every(Number.isFinite) ? null : (
              <path
                key={i}
                d={path(curve)}
                stroke={inkOf(i)}
                strokeWidth={i === 0 ? 1.8 : 1.4}
                {...(i === 0 ? {} : { strokeDasharray: dashOf(i) })}
              />
            ),
          )}
      </g>
    </svg>
  );
}

/** The plot that the document's view asks for; nothing where it asks for none. */
export function FitPlot() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const { plot } = document.view;
  const [x, ...curves] = useCurves(plot === undefined ? [] : [plot.x, ...plot.y]);
  const [place, size] = useElementSize<HTMLDivElement>();
  if (plot === undefined) return null;
  const nodes = document.graphs[document.root]?.nodes ?? {};
  const name = ([node]: PortAddress): string => nodes[node]?.label ?? nodes[node]?.name ?? node;
  return (
    <section className="flex min-w-0 flex-col overflow-hidden pt-2" aria-label={text.training.fit}>
      <h2 className="flex items-baseline gap-3.5 overflow-hidden px-3 text-small font-semibold whitespace-nowrap">
        {text.training.fit}
        {plot.y.map((port, i) => (
          <span key={port.join("/")} className="flex min-w-0 items-center gap-1.5 font-normal text-text2">
            <svg width={16} height={6} className="shrink-0" aria-hidden>
              <path
                d="M0,3H16"
                stroke={inkOf(i)}
                strokeWidth={i === 0 ? 2 : 1.6}
                {...(i === 0 ? {} : { strokeDasharray: "4 2.5" })}
              />
            </svg>
            <span className="truncate">{name(port)}</span>
          </span>
        ))}
      </h2>
      <div ref={place} className="relative min-h-0 flex-1" data-testid="fit">
        {size !== null && x != null && <Plot size={size} x={x} curves={curves} />}
      </div>
    </section>
  );
}
