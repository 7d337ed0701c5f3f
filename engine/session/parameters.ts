/** @file Every parameter as a table shows it: statistics of its values and its gradient, and a number a step to draw a line from. */
import { readStatistics, statisticNames } from "../probe/statistics";
import type { Trainer } from "../train/trainer";
import { statisticsOf, type Found } from "./places";
import type { Reply } from "./protocol";

type Rows = Reply<"parameterStatistics">["rows"];

/** Statistics in the step about to be made, in PyTorch's order, computed on the device; no state changes. */
export async function parameterStatistics(trainer: Trainer): Promise<Rows> {
  const { parameters } = trainer.program;
  if (parameters.length === 0) return [];
  const trace = await trainer.traceNext(true);
  const found = parameters.map(({ slot, type, requiresGrad, name }): Found => ({
    value: trace.tape.slot(slot, type, requiresGrad),
    gradient: trace.gradients.get(name) ?? null,
    path: [],
  }));
  const numbers = await trainer.report(statisticsOf(trace, found));
  let at = 0;
  const take = () => {
    const read = readStatistics(numbers, at);
    at += statisticNames.length;
    return read;
  };
  return parameters.map(({ name, type: { dtype, shape } }, i) => ({
    name,
    dtype,
    shape,
    value: take(),
    gradient: found[i]?.gradient ? take() : null,
  }));
}

/** Beyond it parameters are not read back while a run is on. */
const mostElements = 2 ** 20;

/** A number per parameter as it is now: its value where it has one element, else its RMS. Null where they are too large to read often. */
export async function parameterNumbers(trainer: Trainer): Promise<Float64Array | null> {
  const count = ({ shape }: { readonly shape: readonly number[] }): number => shape.reduce((a, b) => a * b, 1);
  const elements = trainer.program.parameters.reduce((sum, { type }) => sum + count(type), 0);
  if (elements === 0 || elements > mostElements) return null;
  const parameters = await trainer.parameters();
  return Float64Array.from(parameters.values(), ({ data }) => {
    if (data.length === 1) return data[0] ?? NaN;
    let sum = 0;
    for (const x of data) sum += x * x;
    return Math.sqrt(sum / data.length);
  });
}
