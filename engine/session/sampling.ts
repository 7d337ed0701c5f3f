/** @file Statistics of watched places, sent as one array a few times a second while a run is on. */
import type { Probe } from "../train/probe";
import type { Place } from "./payloads";
import { findPlace, readPlace, statisticsOf } from "./places";
import { sampleWidth } from "./protocol";

export interface Sampling {
  readonly places: readonly Place[];
  readonly perSecond: number;
  readonly layout: number;
  /** Null when nothing is watched. */
  readonly probe: Probe | null;
}

/** A probe for these places; `send` takes sampleWidth numbers per place, in their order. */
export function probeOf(
  places: readonly Place[],
  perSecond: number,
  layout: number,
  send: (step: number, data: Float32Array) => void,
): Sampling {
  if (places.length === 0 || perSecond === 0) return { places, perSecond, layout, probe: null };
  const probe: Probe = {
    layout,
    everyMs: 1000 / perSecond,
    instrument(trace) {
      const found = places.map((place) => findPlace(trace, place));
      return {
        scalars: found.flatMap((calls) => statisticsOf(trace, calls)),
        onSample(step, values) {
          const data = new Float32Array(places.length * sampleWidth);
          let offset = 0;
          found.forEach((calls, i) => {
            const { numbers, next } = readPlace(calls, values, offset);
            data.set(numbers, i * sampleWidth);
            offset = next;
          });
          send(step, data);
        },
      };
    },
  };
  return { places, perSecond, layout, probe };
}
