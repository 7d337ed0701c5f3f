/** @file A word-sized curve on a logarithmic scale. */

interface SparklineProps {
  readonly values: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly className?: string;
}

/** At most one point a pixel. */
function thin(values: readonly number[], most: number): readonly number[] {
  if (values.length <= most) return values;
  return Array.from({ length: most }, (_, i) => values[Math.floor((i * (values.length - 1)) / (most - 1))] ?? NaN);
}

/** The curve with the area below it. */
export function Sparkline({ values, width, height, className }: SparklineProps) {
  const logs = thin(values, width)
    .map((value) => (value > 0 ? Math.log10(value) : NaN))
    .filter(Number.isFinite);
  const frame = { width, height, viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", className };
  if (logs.length < 2) return <svg {...frame} aria-hidden />;
  const low = Math.min(...logs);
  const high = Math.max(...logs);
  const points = logs.map(
    (y, i) =>
      `${((i / (logs.length - 1)) * width).toFixed(1)},${(2 + (1 - (y - low) / (high - low || 1)) * (height - 4)).toFixed(1)}`,
  );
  const path = `M${points.join("L")}`;
  return (
    <svg {...frame} aria-hidden>
      <path d={`${path}L${width},${height}L0,${height}Z`} fill="var(--accent-soft)" />
      <path
        d={path}
        fill="none"
        stroke="var(--accent)"
        strokeWidth={1.4}
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
