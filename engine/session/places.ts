/** @file Finds the places a client names in the trace of a step, with the gradients that reached them. */
import { recordWith } from "../ir/recorder";
import type { Origin, Value } from "../ir/value";
import { add } from "../ops/index";
import { readStatistics, recordStatistics, statisticNames } from "../probe/statistics";
import type { StepTrace } from "../program/program";
import type { Place } from "./payloads";
import { sampleWidth } from "./protocol";

/** One call of a place. */
export interface Found {
  readonly value: Value;
  readonly gradient: Value | null;
  readonly path: Origin["path"];
}

const samePath = (a: Origin["path"], b: Origin["path"]): boolean =>
  a.length === b.length && a.every(([node, turn], i) => b[i]?.[0] === node && b[i]?.[1] === turn);

/** The sum of what each backward call brought to a value, or null. */
export function gradientOf(trace: StepTrace, value: Value): Value | null {
  const reached = trace.backwards.flatMap((each) => each.of(value) ?? []);
  const [first, ...rest] = reached;
  if (!first) return null;
  return recordWith(trace.tape, () => trace.tape.noGrad(() => rest.reduce((a, b) => add(a, b), first)));
}

/** Every call of the place in this step, or the one its path names; none where the document has no such place. */
export function findPlace(trace: StepTrace, place: Place): readonly Found[] {
  const { path } = place;
  const wanted = (found: Origin["path"]): boolean => path === undefined || samePath(found, path);
  if (place.kind === "edge") {
    return trace.edges.flatMap((e) =>
      e.graph === place.graph && e.edge.to[0] === place.node && e.edge.to[1] === place.port && wanted(e.path)
        ? [{ value: e.value, gradient: e.gradient, path: e.path }]
        : [],
    );
  }
  return trace.ports.flatMap(({ graph, origin, value }) =>
    graph === place.graph && origin.node === place.node && origin.port === place.port && wanted(origin.path)
      ? [{ value, gradient: gradientOf(trace, value), path: origin.path }]
      : [],
  );
}

const perTensor = statisticNames.length;

/** One-element values that the statistics of found calls come from: six of the value, six of the gradient where one flows. */
export function statisticsOf(trace: StepTrace, found: readonly Found[]): readonly Value[] {
  return found.flatMap(({ value, gradient }) => [
    ...recordStatistics(trace.tape, value),
    ...(gradient ? recordStatistics(trace.tape, gradient) : []),
  ]);
}

/** How bad a call is: NaN and Inf first, then the size of its gradient, then of its value. */
function worse(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  const rank = (s: ArrayLike<number>): readonly number[] => [
    (s[4] ?? 0) + (s[5] ?? 0) + (Number.isNaN(s[10]) ? 0 : (s[10] ?? 0) + (s[11] ?? 0)),
    Number.isNaN(s[7]) ? -1 : (s[7] ?? -1),
    Number.isNaN(s[1]) ? Infinity : (s[1] ?? 0),
  ];
  const [x, y] = [rank(a), rank(b)];
  const at = x.findIndex((value, i) => value !== y[i]);
  return at >= 0 && (x[at] ?? 0) > (y[at] ?? 0);
}

/** Which call is shown, and the numbers of a sample for one place; `values` begin with what statisticsOf gave. */
export function readPlace(
  found: readonly Found[],
  values: ArrayLike<number>,
  offset: number,
): { readonly shown: number; readonly numbers: Float32Array; readonly next: number } {
  let next = offset;
  let shown = 0;
  let best: Float32Array | null = null;
  found.forEach(({ gradient }, call) => {
    const numbers = new Float32Array(sampleWidth).fill(NaN);
    const parts = gradient ? 2 : 1;
    for (let part = 0; part < parts; part++, next += perTensor) {
      const s = readStatistics(values, next);
      statisticNames.forEach((name, i) => (numbers[part * perTensor + i] = s[name]));
    }
    numbers[12] = found.length;
    numbers[13] = call;
    if (best === null || worse(numbers, best)) [best, shown] = [numbers, call];
  });
  const none = new Float32Array(sampleWidth).fill(NaN);
  none[12] = 0;
  return { shown, numbers: best ?? none, next };
}
