/** @file The 64-bin signed logarithmic histogram of a tensor. */
import type { TensorView } from "@chainrule/engine/session";

interface HistogramProps {
  readonly histogram: TensorView["histogram"];
  readonly width: number;
  readonly height: number;
}

/** Negative bins blue to the left, positive orange to the right, on a square-root scale so that rare values show. */
export function Histogram({ histogram, width, height }: HistogramProps) {
  const { bins, low, high } = histogram;
  const most = bins.reduce((top, count) => Math.max(top, count), 0) || 1;
  const step = width / bins.length;
  const mark = (decade: number): string => `1e${decade}`.replace("-", "−");
  const places = [0, width * 0.47, width / 2, width * 0.53, width];
  return (
    <figure>
      <svg viewBox={`0 0 ${width} ${height}`} className="block w-full" aria-hidden>
        {places.map((x) => (
          <line key={x} x1={x} x2={x} y1={height - 3} y2={height} stroke="var(--line2)" />
        ))}
        <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} stroke="var(--line2)" />
        {Array.from(bins, (count, i) => {
          const tall = count === 0 ? 0 : Math.max(1.5, Math.sqrt(count / most) * (height - 2));
          return (
            <rect
              key={i}
              x={i * step + 0.4}
              y={height - tall}
              width={Math.max(step - 0.8, 0.6)}
              height={tall}
              fill={i < 32 ? "var(--negative)" : "var(--positive)"}
            />
          );
        })}
      </svg>
      <figcaption className="grid grid-cols-[1fr_auto_1fr] pt-1 font-mono text-tick text-text3">
        <span className="flex justify-between pr-2">
          <span>−{mark(high)}</span>
          {low < high && <span>−{mark(low)}</span>}
        </span>
        <span>0</span>
        <span className="flex justify-between pl-2">
          {low < high && <span>{mark(low)}</span>}
          <span>{mark(high)}</span>
        </span>
      </figcaption>
    </figure>
  );
}
