/** @file What the benchmark measures: the example documents, and E17 with its loop fixed to each of its counts. */
import { repositoryFile } from "./repository-file";

export const workloadNames = ["W1", "W2", "W2a", "W3", "W3:k0", "W3:k1", "W3:k2", "W3:k3"] as const;
export type WorkloadName = (typeof workloadNames)[number];

export interface Workload {
  /** Of the example gallery, in assets/examples. */
  readonly document: string;
  readonly summary: string;
  /** Replaces every loop's count. */
  readonly turns?: number;
  /** The fewest steps of a round, where a step draws its path: over 16 draws the mean path still varies by 4 % of a step. */
  readonly leastSteps?: number;
}

const dynamic = (turns: number): Workload => ({
  document: "mlp-dynamic",
  summary: `E17 with ${turns} middle ${turns === 1 ? "layer" : "layers"}`,
  turns,
});

/** One row per workload. */
export const workloads = {
  W1: { document: "poly-autograd", summary: "E03, a sine by a polynomial" },
  W2: { document: "mlp-autograd", summary: "E11, a two-layer network" },
  W2a: { document: "mlp-optim", summary: "E15, the same trained by Adam" },
  W3: { document: "mlp-dynamic", summary: "E17, 0 to 3 middle layers drawn each step", leastSteps: 64 },
  "W3:k0": dynamic(0),
  "W3:k1": dynamic(1),
  "W3:k2": dynamic(2),
  "W3:k3": dynamic(3),
} satisfies Record<WorkloadName, Workload> as Record<WorkloadName, Workload>;

/** The workloads of a list such as "W1,W3": a name stands for itself and for what begins with it and a colon. */
export function chooseWorkloads(only: string | undefined): readonly WorkloadName[] | { readonly unknown: string } {
  if (only === undefined) return workloadNames;
  const asked = only.split(",").map((name) => name.trim());
  const fits = (name: string, workload: string): boolean => workload === name || workload.startsWith(`${name}:`);
  const unknown = asked.find((name) => !workloadNames.some((workload) => fits(name, workload)));
  if (unknown !== undefined) return { unknown };
  return workloadNames.filter((workload) => asked.some((name) => fits(name, workload)));
}

/** Workloads that are measured together because they are compared: W3 with its fixed paths. */
export function groupWorkloads(chosen: readonly WorkloadName[]): readonly (readonly WorkloadName[])[] {
  const families = [...new Set(chosen.map((name) => name.split(":")[0]))];
  return families.map((family) => chosen.filter((name) => name.split(":")[0] === family));
}

/** A document's text with the count of every loop replaced. */
export function withTurns(text: string, turns: number | undefined): string {
  if (turns === undefined) return text;
  return JSON.stringify(JSON.parse(text), (key, value: unknown) =>
    key === "count" && typeof value === "object" ? { kind: "constant", value: turns } : value,
  );
}

/** The path of a workload's document. */
export function documentFile(workload: Workload): string {
  const relative = `assets/examples/${workload.document}.chainrule`;
  const file = repositoryFile(relative);
  if (file === null) throw new Error(`${relative} is not beside this program.`);
  return file;
}
