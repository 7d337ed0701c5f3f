/** @file Statistics as the engine sends them, one row of numbers per watched place, read into what the overlay shows. */
import { sampleWidth, type Place, type Reply } from "@chainrule/engine/session";
import { edgeKey, type EdgeSample } from "../overlay/overlay";
import type { EdgeStatistics } from "../overlay/edge-style";

/** Six statistics of a row at an offset; null where they say that nothing flows. */
function statisticsAt(data: Float32Array, at: number): EdgeStatistics | null {
  const [rms = NaN, max = NaN, mean = NaN, zeros = NaN, nan = NaN, inf = NaN] = data.subarray(at, at + 6);
  if (Number.isNaN(nan)) return null;
  return { rms, max, mean, zeros, nan, inf, count: 0 };
}

export interface EdgeSamples {
  readonly samples: Map<string, EdgeSample>;
  /** How many calls each edge has. */
  readonly counts: ReadonlyMap<string, number>;
}

/** The samples of these places, by edge. */
export function readSample(places: readonly Place[], data: Float32Array): EdgeSamples {
  const samples = new Map<string, EdgeSample>();
  const counts = new Map<string, number>();
  places.forEach((place, i) => {
    const at = i * sampleWidth;
    const value = statisticsAt(data, at);
    const key = edgeKey(place.graph, place.node, place.port);
    if (place.path === undefined) counts.set(key, data[at + 12] ?? 0);
    // A place without its call beside one with it is there to count the calls.
    if (value === null || samples.has(key)) return;
    samples.set(key, {
      value,
      gradient: statisticsAt(data, at + 6),
      calls: data[at + 12] ?? 1,
      shown: data[at + 13] ?? 0,
    });
  });
  return { samples, counts };
}

/** The same row of numbers made from views of whole tensors. */
export function sampleOfViews(views: Reply<"previews">["views"]): Float32Array {
  const data = new Float32Array(views.length * sampleWidth).fill(NaN);
  views.forEach(({ value, gradient, calls, shown }, i) => {
    [value, gradient].forEach((view, part) => {
      if (view === null) return;
      const { rms, max, mean, zeros, nan, inf } = view.statistics;
      data.set([rms, max, mean, zeros, nan, inf], i * sampleWidth + part * 6);
    });
    data.set([calls, shown], i * sampleWidth + 12);
  });
  return data;
}
