/** @file A probe: statistics wanted of some steps while a run is on. */
import type { Value } from "../ir/value";
import type { StepTrace } from "../program/program";

export interface Probe {
  /** Another set of watched places has another number. */
  readonly layout: number;
  readonly everyMs: number;
  /** One-element values, recorded on the trace's tape, that the instrumented step reports. */
  scalars(trace: StepTrace): readonly Value[];
  /** The reported numbers, in that order. */
  onSample(step: number, values: Float64Array): void;
}
