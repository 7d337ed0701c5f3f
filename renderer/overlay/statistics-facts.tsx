/** @file The statistics of a tensor in two columns. */
import type { TensorView } from "@chainrule/engine/session";
import { text } from "../text/text";
import { printNumber } from "../ui/number-text";
import { Fact } from "../ui/section";

interface StatisticsFactsProps {
  readonly view: TensorView;
  /** Whose largest element it is: |g| of a gradient, |x| of a value. */
  readonly of?: "gradient" | "value";
  /** Of a gradient: its RMS against that of the one above it. */
  readonly upstream?: number | null;
}

/** RMS, largest, mean, share of zeros, and how many are not finite; of one number that number. */
export function StatisticsFacts({ view, of = "gradient", upstream }: StatisticsFactsProps) {
  const { statistics, shape } = view;
  const { rms, mean, max, zeros, nan, inf } = statistics;
  const count = shape.reduce((product, extent) => product * extent, 1) || 1;
  const { columns } = text.edges;
  const bad = nan + inf;
  const above =
    upstream === undefined || upstream === null ? null : (
      <Fact name={text.edges.upstream} value={`× ${printNumber(upstream)}`} />
    );
  if (count === 1)
    return (
      <div>
        <Fact name={text.edges.numbers[of]} value={printNumber(mean)} {...(bad > 0 ? { tone: "err" } : {})} />
        {above}
      </div>
    );
  return (
    <div className="grid grid-cols-2 gap-x-4">
      <Fact name={columns.rms} value={printNumber(rms)} />
      <Fact name={columns.mean} value={printNumber(mean)} />
      <Fact name={of === "gradient" ? columns.max : text.edges.maxValue} value={printNumber(max)} />
      <Fact name={text.edges.zeroShare} value={`${((100 * zeros) / count).toFixed(1)} %`} />
      <Fact name={`${columns.nan}, ${columns.inf}`} value={String(bad)} {...(bad > 0 ? { tone: "err" } : {})} />
      {above}
    </div>
  );
}
