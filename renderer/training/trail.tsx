/** @file A word-sized line: how one number went through the run. */

const width = 44;
const height = 16;

/** The line on a linear scale of its own; nothing before two numbers are known. */
export function Trail({ steps, values }: { readonly steps: readonly number[]; readonly values: readonly number[] }) {
  const shown = values.filter(Number.isFinite);
  if (shown.length < 2 || shown.length !== values.length) return <svg width={width} height={height} aria-hidden />;
  const low = Math.min(...shown);
  const high = Math.max(...shown);
  const last = steps.at(-1) || 1;
  const points = values.map((value, i) => {
    const x = 1 + ((steps[i] ?? 0) / last) * (width - 2);
    return `${x.toFixed(1)},${(2 + (1 - (value - low) / (high - low || 1)) * (height - 4)).toFixed(1)}`;
  });
  return (
    <svg width={width} height={height} className="inline-block align-middle" aria-hidden>
      <path d={`M${points.join("L")}`} fill="none" stroke="var(--text2)" strokeWidth={1.3} strokeLinejoin="round" />
    </svg>
  );
}
