/** @file Measurements and the ratios between them. */
import type { WorkloadName } from "./workloads";

export interface Measurement {
  readonly workload: WorkloadName;
  readonly engine: "chainrule" | "pytorch";
  /** PyTorch's is its version's, such as "pytorch 1.13.1". */
  readonly backend: string;
  readonly version?: string;
  readonly threads: number;
  /** Microseconds a step: the median of the rounds, the fastest and the slowest. */
  readonly us: number;
  readonly usMin: number;
  readonly usMax: number;
  readonly runs: number;
  /** Milliseconds from process start to the first step; null where it was not measured. */
  readonly firstStepMs: number | null;
  /** The most memory its process held; null where the system does not say. */
  readonly peakBytes: number | null;
}

export interface Ratio {
  readonly workload: WorkloadName;
  readonly backend: string;
  readonly threads: number;
  readonly against: string;
  /** Their time divided by ours: above 1 we are faster. */
  readonly ratio: number;
}

/** The middle value; the mean of the two in the middle of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Microseconds a step of rounds that took so many seconds each. */
export function summarize(
  seconds: readonly number[],
  steps: number,
): Pick<Measurement, "us" | "usMin" | "usMax" | "runs"> {
  const us = seconds.map((s) => (s * 1e6) / steps);
  return { us: median(us), usMin: Math.min(...us), usMax: Math.max(...us), runs: us.length };
}

/** PyTorch's time by ours, for every backend and every number of PyTorch's threads. */
export function ratiosAgainstTorch(measurements: readonly Measurement[]): readonly Ratio[] {
  const theirs = measurements.filter((m) => m.engine === "pytorch");
  return measurements
    .filter((m) => m.engine === "chainrule")
    .flatMap(({ workload, backend, us }) =>
      theirs
        .filter((their) => their.workload === workload)
        .map((their) => ({
          workload,
          backend,
          threads: their.threads,
          against: `pytorch ${their.version ?? ""}`.trim(),
          ratio: their.us / us,
        })),
    );
}

/** The random path of W3 against the mean of its four fixed ones: near 1 where choosing a path costs nothing. */
export function ratiosOfPaths(measurements: readonly Measurement[]): readonly Ratio[] {
  return measurements
    .filter((m) => m.workload === "W3" && m.engine === "chainrule")
    .flatMap(({ backend, threads, us }) => {
      const fixed = measurements.filter((m) => m.workload.startsWith("W3:") && m.backend === backend);
      if (fixed.length < 4) return [];
      const mean = fixed.reduce((sum, m) => sum + m.us, 0) / fixed.length;
      return [{ workload: "W3", backend, threads, against: "mean of W3:k0…k3", ratio: mean / us }] as const;
    });
}
