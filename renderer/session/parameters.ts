/** @file Parameters as the engine last told of them: statistics by name, and the trail of each through the run. */
import type { Reply } from "@chainrule/engine/session";
import { createStore, type StoreApi } from "zustand/vanilla";

export type ParameterStatistics = Reply<"parameterStatistics">["rows"][number];

export interface ParametersState {
  readonly rows: readonly ParameterStatistics[];
  /** The steps at which the trails have numbers. */
  readonly steps: readonly number[];
  /** By the order of the rows: its value where it has one element, else its RMS. */
  readonly trails: readonly (readonly number[])[];
}

export type Parameters = StoreApi<ParametersState>;

const noParameters: ParametersState = { rows: [], steps: [], trails: [] };

/** No parameters yet. */
export function createParameters(): Parameters {
  return createStore<ParametersState>(() => noParameters);
}

/** Another document, or one that begins anew. */
export function forgetParameters(parameters: Parameters): void {
  parameters.setState(noParameters);
}

/** Adds numbers by step, in order; those of an earlier step begin the trails anew. */
export function extendTrails(
  parameters: Parameters,
  news: readonly { readonly step: number; readonly numbers: ArrayLike<number> }[],
): void {
  let { steps, trails } = parameters.getState();
  for (const { step, numbers } of news) {
    const goesOn = step > (steps.at(-1) ?? -1) && trails.length === numbers.length;
    const before = trails;
    steps = goesOn ? [...steps, step] : [step];
    trails = Array.from(numbers, (number, i) => [...(goesOn ? (before[i] ?? []) : []), number]);
  }
  parameters.setState({ steps, trails });
}
