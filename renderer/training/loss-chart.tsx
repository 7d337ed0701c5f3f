/** @file The loss by step on a logarithmic scale: a dot and a number at its head, the last curve behind it as a ghost. */
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useApp } from "../app/app";
import type { LossCurve } from "../session/run-state";
import { text } from "../text/text";
import { printNumber } from "../ui/number-text";
import { decadeMarks, placeLabel, toDecade, wholeDecades, type Spot } from "./loss-scale";

const most = 1200;
const monospace = "'JetBrains Mono Variable', monospace";

/** At most `most` points, the first and last among them. */
function thin(curve: LossCurve): LossCurve {
  const { steps, losses } = curve;
  if (steps.length <= most) return curve;
  const pick = Array.from({ length: most }, (_, i) => Math.floor((i * (steps.length - 1)) / (most - 1)));
  return { steps: pick.map((i) => steps[i] ?? 0), losses: pick.map((i) => losses[i] ?? NaN) };
}

/** Both curves over one axis of steps, as powers of ten; null where a curve has no point or the scale no place for it. */
function join(curve: LossCurve, ghost: LossCurve): uPlot.AlignedData {
  const a: uPlot.AlignedData = [[...curve.steps], curve.losses.map(toDecade)];
  const b: uPlot.AlignedData = [[...ghost.steps], ghost.losses.map(toDecade)];
  return uPlot.join([b, a]);
}

function ink(name: string): string {
  return document.documentElement.style.getPropertyValue(`--${name}`);
}

/** A dot on the newest loss, or where the curve ends if that is none, and beside it the number. */
function drawHead(chart: uPlot, { steps, losses }: LossCurve): void {
  const [step, loss] = [steps.at(-1), losses.at(-1)];
  if (step === undefined || loss === undefined) return;
  const { ctx, bbox } = chart;
  const unit = window.devicePixelRatio || 1;
  const curve: Spot[] = [];
  for (const [i, at] of (chart.data[0] ?? []).entries()) {
    const decade = chart.data[2]?.[i];
    if (typeof decade === "number")
      curve.push({ x: chart.valToPos(at, "x", true), y: chart.valToPos(decade, "y", true) });
  }
  const head = { x: chart.valToPos(step, "x", true), y: curve.at(-1)?.y ?? bbox.top + bbox.height / 2 };
  const label = printNumber(loss);
  const isBad = !Number.isFinite(loss);
  ctx.save();
  ctx.font = `${11 * unit}px ${monospace}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.strokeStyle = ink("panel");
  const size = { width: ctx.measureText(label).width, height: 12 * unit };
  const area = { left: bbox.left, top: bbox.top, right: bbox.left + bbox.width, bottom: bbox.top + bbox.height };
  const at = placeLabel(head, curve, size, area);
  ctx.lineWidth = 4 * unit;
  ctx.strokeText(label, at.x, at.y);
  ctx.fillStyle = ink(isBad ? "err" : "text");
  ctx.fillText(label, at.x, at.y);
  ctx.lineWidth = 2 * unit;
  ctx.fillStyle = ink(isBad ? "err" : "accent");
  ctx.beginPath();
  ctx.arc(head.x, head.y, 4 * unit, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.fill();
  ctx.restore();
}

interface Drawn {
  readonly total: number;
  readonly curve: LossCurve;
}

function options(width: number, height: number, drawn: () => Drawn): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: () => ink("text3"),
    grid: { stroke: () => ink("line"), width: 1 },
    ticks: { show: false },
    font: `10.5px ${monospace}`,
  };
  return {
    width,
    height,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: (_, __, high) => [0, Math.max(drawn().total, high ?? 1, 1)] },
      y: { range: (_, low, high) => wholeDecades(low, high) },
    },
    axes: [
      { ...axis, size: 24, space: 64, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString("en-US")) },
      {
        ...axis,
        size: 46,
        splits: (_, __, low, high) => decadeMarks(low, high),
        values: (_, ticks) => ticks.map((tick) => `1e${tick}`.replace("-", "−")),
      },
    ],
    series: [
      {},
      { stroke: () => ink("e-none"), width: 1.2, dash: [4, 4], spanGaps: true, points: { show: false } },
      {
        stroke: () => ink("accent"),
        width: 1.6,
        fill: () => ink("accent-soft"),
        fillTo: ({ scales }) => scales["y"]?.min ?? 0,
        spanGaps: true,
        points: { show: false },
      },
    ],
    hooks: { draw: [(chart) => drawHead(chart, drawn().curve)] },
  };
}

/** The chart. */
export function LossChart() {
  const app = useApp();
  const curve = useStore(app.engine.state, (state) => state.curve);
  const ghost = useStore(app.engine.state, (state) => state.ghost);
  const ran = useStore(app.engine.state, (state) => state.steps);
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const theme = useStore(app.settings, (state) => state.theme);
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const data = useMemo(() => join(thin(curve), thin(ghost)), [curve, ghost]);
  const newest = useRef(data);
  newest.current = data;
  const total = ran > 0 ? ran : document.training.steps;
  const drawn = useRef<Drawn>({ total, curve });
  drawn.current = { total, curve };
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const size = { width: element.clientWidth, height: element.clientHeight };
    chart.current = new uPlot(
      options(size.width, size.height, () => drawn.current),
      newest.current,
      element,
    );
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
  useEffect(() => chart.current?.setData(data), [data, total]);
  return (
    <section className="flex min-w-0 flex-col pt-2" aria-label={text.training.loss}>
      <h2 className="flex items-baseline gap-3.5 px-3 text-small font-semibold">
        {text.training.loss}
        {ghost.steps.length > 0 && (
          <span className="flex items-center gap-1.5 font-normal text-text3">
            <svg width={16} height={6} aria-hidden>
              <path d="M0,3H16" stroke="var(--e-none)" strokeWidth={1.4} strokeDasharray="4 2.5" />
            </svg>
            {text.training.ghost}
          </span>
        )}
      </h2>
      <div ref={place} className="min-h-0 flex-1 overflow-hidden" />
    </section>
  );
}
