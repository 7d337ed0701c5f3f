/** @file The registry of optimisers, by export name. */
import type { Optimizer } from "./define-optimizer";
import * as families from "./families";

function isOptimizer(candidate: unknown): candidate is Optimizer {
  return typeof candidate === "object" && candidate !== null && "isOptimizer" in candidate;
}

/** Every optimiser there is, by name: "SGD". */
export const optimizers: ReadonlyMap<string, Optimizer> = new Map(
  Object.entries(families).flatMap(([name, candidate]) => (isOptimizer(candidate) ? [[name, candidate] as const] : [])),
);

/** The optimiser of that name, with or without "optim." in front, or undefined. */
export function optimizerNamed(name: string): Optimizer | undefined {
  return optimizers.get(name.startsWith("optim.") ? name.slice("optim.".length) : name);
}
