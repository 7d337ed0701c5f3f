/** @file The loss by step on a logarithmic scale, the last curve behind it as a ghost. */
import { useEffect, useMemo, useRef } from "react";
import { useStore } from "zustand";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useApp } from "../app/app";
import type { LossCurve } from "../session/run-state";
import { text } from "../text/text";
import { printNumber } from "../ui/number-text";

const most = 1200;

/** At most `most` points, the first and last among them. */
function thin(curve: LossCurve): LossCurve {
  const { steps, losses } = curve;
  if (steps.length <= most) return curve;
  const pick = Array.from({ length: most }, (_, i) => Math.floor((i * (steps.length - 1)) / (most - 1)));
  return { steps: pick.map((i) => steps[i] ?? 0), losses: pick.map((i) => losses[i] ?? NaN) };
}

/** Both curves over one axis of steps, null where a curve has no point; a log scale shows only what is above zero. */
function join(curve: LossCurve, ghost: LossCurve): uPlot.AlignedData {
  const a: uPlot.AlignedData = [[...curve.steps], curve.losses.map((y) => (y > 0 ? y : null))];
  const b: uPlot.AlignedData = [[...ghost.steps], ghost.losses.map((y) => (y > 0 ? y : null))];
  return uPlot.join([b, a]);
}

function ink(name: string): string {
  return document.documentElement.style.getPropertyValue(`--${name}`);
}

/** One line a decade. */
function decades(_: uPlot, splits: number[]): (number | null)[] {
  return splits.map((split) => (Number.isInteger(Math.log10(split)) ? split : null));
}

function options(width: number, height: number): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: () => ink("text3"),
    grid: { stroke: () => ink("line"), width: 1 },
    ticks: { show: false },
    font: "10.5px 'JetBrains Mono Variable', monospace",
  };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: false }, y: { distr: 3 } },
    axes: [
      { ...axis, size: 26, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString("en-US")) },
      {
        ...axis,
        size: 48,
        filter: decades,
        grid: { ...axis.grid, filter: decades },
        values: (_, ticks) =>
          ticks.map((tick) => (tick === null ? "" : `1e${Math.round(Math.log10(tick))}`.replace("-", "−"))),
      },
    ],
    series: [
      {},
      { stroke: () => ink("e-none"), width: 1, dash: [4, 4], spanGaps: true, points: { show: false } },
      {
        stroke: () => ink("accent"),
        width: 1.6,
        fill: () => ink("accent-soft"),
        spanGaps: true,
        points: { show: false },
      },
    ],
  };
}

/** The chart. */
export function LossChart() {
  const app = useApp();
  const curve = useStore(app.engine.state, (state) => state.curve);
  const ghost = useStore(app.engine.state, (state) => state.ghost);
  const theme = useStore(app.settings, (state) => state.theme);
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const data = useMemo(() => join(thin(curve), thin(ghost)), [curve, ghost]);
  const newest = useRef(data);
  newest.current = data;
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const size = { width: element.clientWidth, height: element.clientHeight };
    chart.current = new uPlot(options(size.width, size.height), newest.current, element);
    const observer = new ResizeObserver(() =>
      chart.current?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [theme]);
  useEffect(() => chart.current?.setData(data), [data]);
  const last = curve.losses.at(-1);
  return (
    <section className="flex min-w-0 flex-col px-3 pt-2" aria-label={text.training.loss}>
      <h2 className="flex items-baseline gap-2 text-small font-semibold">
        {text.training.loss}
        {last !== undefined && <span className="ml-auto font-mono font-normal text-accent">{printNumber(last)}</span>}
      </h2>
      <div ref={place} className="min-h-0 flex-1 overflow-hidden" />
    </section>
  );
}
