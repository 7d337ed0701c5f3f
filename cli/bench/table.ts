/** @file The benchmark for people: one table, a block per workload. */
import type { Measurement, Ratio } from "./measurement";
import { workloads } from "./workloads";

/** "1.43", "12.3", "1 234". */
export function microseconds(us: number): string {
  if (us < 10) return us.toFixed(2);
  if (us < 100) return us.toFixed(1);
  return Math.round(us)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, " ");
}

function megabytes(bytes: number | null): string {
  return bytes === null ? "–" : `${Math.round(bytes / 1e6)} MB`;
}

const heads = ["", "threads", "µs a step", "fastest", "slowest", "first step", "memory", "PyTorch ÷ ours"] as const;

function cells(m: Measurement, ratios: readonly Ratio[]): string[] {
  const own = ratios.filter((r) => r.workload === m.workload && r.backend === m.backend && m.engine === "chainrule");
  return [
    m.engine === "pytorch" ? `PyTorch ${m.version ?? ""}`.trim() : m.backend,
    String(m.threads),
    microseconds(m.us),
    microseconds(m.usMin),
    microseconds(m.usMax),
    m.firstStepMs === null ? "–" : `${Math.round(m.firstStepMs)} ms`,
    megabytes(m.peakBytes),
    own.map((r) => `${r.ratio.toFixed(2)}×`).join(" · "),
  ];
}

/** The rows of one workload under its name. */
export function workloadTable(measurements: readonly Measurement[], ratios: readonly Ratio[]): string {
  const first = measurements[0];
  if (!first) return "";
  const rows = [[...heads], ...measurements.map((m) => cells(m, ratios))];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join("  "),
  );
  return [`${first.workload} · ${workloads[first.workload].summary}`, ...lines.map((line) => `  ${line}`), ""].join(
    "\n",
  );
}
