/** @file A probe: statistics wanted of some steps while a run is on. */
import type { Value } from "../ir/value";
import type { StepTrace } from "../program/program";

/** What one path's instrumented step reports besides its loss. */
export interface Instrument {
  /** One-element values, recorded on the trace's tape. */
  readonly scalars: readonly Value[];
  /** The numbers they came to in a step, in that order. */
  onSample(step: number, values: Float64Array): void;
}

export interface Probe {
  /** Another set of watched places has another number. */
  readonly layout: number;
  readonly everyMs: number;
  /** Called once per path. */
  instrument(trace: StepTrace): Instrument;
}
