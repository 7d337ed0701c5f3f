/** @file The example documents, trained and differentiated in this process. */
import { readFileSync } from "node:fs";
import type { Backend } from "../backends/backend";
import type { ChainruleDocument } from "../document/document";
import { parseDocument } from "../document/parse";
import { printDiagnostic } from "../ir/diagnostic";
import { buildProgram } from "../program/build-program";
import type { StepTrace } from "../program/program";
import { Trainer } from "../train/trainer";

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

/** Gradients of step 0 by state_dict name; rows without autograd have them in nodes "grad_" and the parameter's name. */
export async function firstGradients(
  document: ChainruleDocument,
  backend: Backend,
  seed: number,
): Promise<ReadonlyMap<string, ArrayLike<number> | null>> {
  const trainer = await openTrainer(document, backend, seed);
  const trace = await trainer.traceNext();
  const byNode = [...namedValues(trace)].filter(([name]) => /^grad_(a|b|c|d|w1|w2)$/.test(name));
  const wired = byNode.map(([name, value]) => [name.slice("grad_".length), value] as const);
  const found = trace.gradients.size > 0 ? [...trace.gradients] : wired;
  const present = found.flatMap(([name, value]) => (value ? [{ name, value }] : []));
  const data = await trainer.evaluate(present.map(({ value }) => value));
  trainer.close();
  const gradients = new Map<string, ArrayLike<number> | null>(found.map(([name]) => [name, null]));
  present.forEach(({ name }, i) => gradients.set(name, data[i]?.data ?? null));
  return gradients;
}

/** The values of a trace by the names of their nodes: the port "out", or the only one. */
export function namedValues(trace: StepTrace): ReadonlyMap<string, StepTrace["ports"][number]["value"]> {
  return new Map(trace.ports.map(({ name, value }) => [name, value]));
}
