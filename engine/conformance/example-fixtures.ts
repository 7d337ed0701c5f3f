/** @file The example documents against PyTorch: what the fixtures hold, how a document is trained, and the rule of agreement. */
import { readFileSync } from "node:fs";
import type { Backend } from "../backends/backend";
import type { ChainruleDocument } from "../document/document";
import { parseDocument } from "../document/parse";
import { printDiagnostic } from "../ir/diagnostic";
import type { TensorData } from "../ir/tensor";
import { buildProgram } from "../program/build-program";
import type { StepTrace } from "../program/program";
import { Trainer } from "../train/trainer";

/** A gradient as the fixtures keep it: its root mean square and first numbers; null where a step does not use it. */
export type ShortTensor = { readonly rms: number; readonly first: readonly number[] } | null;

/** What PyTorch gave for one row and seed, by logged step or by parameter. */
export interface TrainingFixture {
  readonly losses: Readonly<Record<string, number>>;
  readonly spread: Readonly<Record<string, number>>;
  readonly losses64: Readonly<Record<string, number>>;
  readonly gradients: Readonly<Record<string, ShortTensor>>;
}

interface Fixtures {
  readonly torch: string;
  readonly training: Readonly<Record<string, Readonly<Record<string, TrainingFixture>>>>;
  readonly values: Readonly<Record<string, { readonly result: Readonly<Record<string, unknown>> }>>;
}

/** Made by scripts/example-fixtures.mjs from the real PyTorch. */
export const fixtures: Fixtures = JSON.parse(
  readFileSync(new URL("./fixtures/examples.json", import.meta.url), "utf8"),
);

/** Rows that train, with the document and the row of the fixtures that PyTorch computes alike. */
export const trainingRows = {
  E01: { file: "poly-manual", fixture: "E01" },
  E02: { file: "poly-tensors", fixture: "E01" },
  E03: { file: "poly-autograd", fixture: "E03" },
  E04: { file: "legendre-function", fixture: "E04" },
  E05: { file: "poly-nn", fixture: "E05" },
  E06: { file: "poly-optim", fixture: "E06" },
  E07: { file: "poly-module", fixture: "E07" },
  E09: { file: "mlp-manual", fixture: "E09" },
  E10: { file: "mlp-tensors", fixture: "E09" },
  E11: { file: "mlp-autograd", fixture: "E11" },
  E12: { file: "relu-function", fixture: "E12" },
  E14: { file: "mlp-nn", fixture: "E14" },
  E15: { file: "mlp-optim", fixture: "E15" },
  E16: { file: "mlp-module", fixture: "E16" },
  E17: { file: "mlp-dynamic", fixture: "E17" },
} as const;
export type TrainingRow = keyof typeof trainingRows;

/** PyTorch's run of a row. */
export function trainingFixture(row: TrainingRow, seed: number): TrainingFixture {
  const found = fixtures.training[seed]?.[trainingRows[row].fixture];
  if (!found) throw new Error(`Invariant: there is no fixture of ${row} for seed ${seed}`);
  return found;
}

/** A document of assets/examples. */
export function exampleDocument(file: string): ChainruleDocument {
  const url = new URL(`../../assets/examples/${file}.chainrule`, import.meta.url);
  const result = parseDocument(readFileSync(url, "utf8"), { file });
  if (!result.ok) throw new Error(result.diagnostics.map(printDiagnostic).join("\n"));
  return result.document;
}

const clock = { now: () => performance.now(), breathe: () => Promise.resolve() };

/** A trainer of a document before its first step; close it. */
export async function openTrainer(
  document: ChainruleDocument,
  backend: Backend,
  seed: number,
  float: "float32" | "float64" = "float32",
): Promise<Trainer> {
  const built = buildProgram(document, { float, resources: new Map() });
  if (!built.ok) throw new Error(built.diagnostics.map(printDiagnostic).join("\n"));
  const device = await backend.open({ memoryBudgetBytes: 2 ** 30 });
  return Trainer.create({ device, clock, program: built.program, seed });
}

/** The losses of the first steps, or of all that the document asks for. */
export async function trainExample(
  document: ChainruleDocument,
  backend: Backend,
  seed: number,
  steps: number = document.training.steps,
  float: "float32" | "float64" = "float32",
): Promise<readonly number[]> {
  const trainer = await openTrainer(document, backend, seed, float);
  const losses: number[] = [];
  await trainer.run({ until: steps, stopOnNaN: true, onSteps: (_, batch) => losses.push(...batch) });
  trainer.close();
  return losses;
}

/**
 * Each logged loss that is farther from PyTorch's than the gallery's rule allows, as a sentence. While PyTorch agrees
 * with itself to 1e-5 (`spread`), within 1e-4 relative; after that within max(5e-2, 20 × spread).
 */
export function strayLosses(losses: readonly number[], fixture: TrainingFixture): readonly string[] {
  return Object.entries(fixture.losses).flatMap(([step, expected]) => {
    const found = losses[Number(step)];
    if (found === undefined) return [];
    const spread = fixture.spread[step] ?? 0;
    const allowed = spread <= 1e-5 ? 1e-4 : Math.max(5e-2, 20 * spread);
    const distance = Math.abs(found - expected) / Math.abs(expected);
    return distance <= allowed ? [] : [`step ${step}: found ${found}, PyTorch has ${expected} (${distance} apart)`];
  });
}

/**
 * From here on PyTorch's own float64 losses stray from each other by 1e-9 to 1e-2 when only the order of its sums
 * changes: RMSprop bounces between two sides of the minimum and multiplies the last bit of every sum by 1e13.
 */
const chaoticFrom: Readonly<Record<string, number>> = { E06: 1499 };

/** The same for `--dtype float64`: within 1e-7, and 1e-4 where spread is above 1e-5. */
export function strayLosses64(losses: readonly number[], row: TrainingRow, seed: number): readonly string[] {
  const fixture = trainingFixture(row, seed);
  return Object.entries(fixture.losses64).flatMap(([step, expected]) => {
    const found = losses[Number(step)];
    if (found === undefined) return [];
    const spread = fixture.spread[step] ?? 0;
    const isChaotic = Number(step) >= (chaoticFrom[row] ?? Infinity);
    const allowed = isChaotic ? Math.max(5e-2, 20 * spread) : spread <= 1e-5 ? 1e-7 : 1e-4;
    const distance = Math.abs(found - expected) / Math.abs(expected);
    return distance <= allowed ? [] : [`step ${step}: found ${found}, PyTorch has ${expected} (${distance} apart)`];
  });
}

/** Gradients of step 0 by state_dict name; rows without autograd have them in nodes "grad_" and the parameter's name. */
export async function firstGradients(
  document: ChainruleDocument,
  backend: Backend,
  seed: number,
): Promise<ReadonlyMap<string, TensorData | null>> {
  const trainer = await openTrainer(document, backend, seed);
  const trace = await trainer.traceNext();
  const byNode = [...namedValues(trace)].filter(([name]) => /^grad_(a|b|c|d|w1|w2)$/.test(name));
  const wired = byNode.map(([name, value]) => [name.slice("grad_".length), value] as const);
  const found = trace.gradients.size > 0 ? [...trace.gradients] : wired;
  const present = found.flatMap(([name, value]) => (value ? [{ name, value }] : []));
  const data = await trainer.evaluate(present.map(({ value }) => value));
  trainer.close();
  const gradients = new Map<string, TensorData | null>(found.map(([name]) => [name, null]));
  present.forEach(({ name }, i) => gradients.set(name, data[i] ?? null));
  return gradients;
}

/** The values of a trace by the names of their nodes: the port "out", or the only one. */
export function namedValues(trace: StepTrace): ReadonlyMap<string, StepTrace["ports"][number]["value"]> {
  return new Map(trace.ports.map(({ name, value }) => [name, value]));
}

/**
 * How far the gradients are from PyTorch's: the norm of the difference over the norm, all parameters together, judged
 * by the root mean squares and the first numbers. Infinity where a gradient is there on one side only.
 */
export function gradientDistance(
  found: ReadonlyMap<string, TensorData | null>,
  expected: TrainingFixture["gradients"],
): number {
  let difference = 0;
  let norm = 0;
  for (const [name, tensor] of Object.entries(expected)) {
    const data = found.get(name)?.data;
    if (tensor === null && data === undefined) continue;
    if (tensor === null || data === undefined) return Infinity;
    const rms = Math.sqrt([...data].reduce((sum, x) => sum + x * x, 0) / Math.max(1, data.length));
    const first = tensor.first.map((x, i) => (data[i] ?? NaN) - x);
    const apart = first.reduce((sum, x) => sum + x * x, 0) / Math.max(1, first.length);
    difference += data.length * Math.max((rms - tensor.rms) ** 2, apart);
    norm += data.length * tensor.rms ** 2;
  }
  return Math.sqrt(difference / norm);
}
