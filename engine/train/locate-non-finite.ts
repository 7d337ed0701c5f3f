/** @file Finds where a NaN began: the first node in forward order whose value is not finite. */
import { isFloat } from "../ir/dtype";
import { elementCount } from "../ir/shape";
import type { Origin, Value } from "../ir/value";
import { countNonFinite } from "../probe/statistics";
import type { StepTrace } from "../program/program";

export interface NonFinite {
  readonly origin: Origin;
  /** The node's name. */
  readonly name: string;
  /** NaN and infinite elements, of all. */
  readonly count: number;
  readonly elements: number;
}

/** Looks at every named value of the step about to be made, forward first; null when all are finite. */
export async function locateNonFinite(
  trace: StepTrace,
  report: (scalars: readonly Value[]) => Promise<Float64Array>,
): Promise<NonFinite | null> {
  const order = { forward: 0, backward: 1, update: 2 } as const;
  const ports = trace.ports
    .filter((port) => isFloat(port.value.type.dtype))
    .slice()
    .sort((a, b) => order[a.origin.phase] - order[b.origin.phase] || a.value.id - b.value.id);
  const counts = await report(ports.map((port) => countNonFinite(trace.tape, port.value)));
  const found = ports.findIndex((_, i) => (counts[i] ?? 0) > 0);
  const port = ports[found];
  if (!port) return null;
  const { origin, name, value } = port;
  return { origin, name, count: counts[found] ?? 0, elements: elementCount(value.type.shape) };
}

/** The sentence of a NaN stop. */
export function printNonFinite(step: number, found: NonFinite | null): string {
  if (!found) return `step ${step}: the loss is NaN, expected a number. Lower the learning rate, or look at the data.`;
  const elements = found.elements === 1 ? "its value is" : `${found.count} of its ${found.elements} elements are`;
  return `${found.name}: at step ${step} ${elements} NaN or infinite, expected finite numbers. Lower the learning rate, or look at what goes into ${found.name}.`;
}
