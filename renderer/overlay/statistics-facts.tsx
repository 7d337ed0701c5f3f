/** @file The statistics of a tensor in two columns. */
import type { TensorView } from "@chainrule/engine/session";
import { text } from "../text/text";
import { printNumber } from "../ui/number-text";
import { Fact } from "../ui/section";

/** RMS, largest, mean, share of zeros, and how many are not finite. */
export function StatisticsFacts({ view, upstream }: { readonly view: TensorView; readonly upstream?: number | null }) {
  const { statistics, shape } = view;
  const count = shape.reduce((product, extent) => product * extent, 1) || 1;
  const { columns } = text.edges;
  return (
    <div className="grid grid-cols-2 gap-x-5">
      <Fact name={columns.rms} value={printNumber(statistics.rms)} />
      <Fact name={columns.mean} value={printNumber(statistics.mean)} />
      <Fact name={columns.max} value={printNumber(statistics.max)} />
      <Fact name={text.edges.zeroShare} value={`${((100 * statistics.zeros) / count).toFixed(1)} %`} />
      <Fact name={`${columns.nan}, ${columns.inf}`} value={String(statistics.nan + statistics.inf)} />
      {upstream !== undefined && upstream !== null && (
        <Fact name={text.edges.upstream} value={`× ${printNumber(upstream)}`} />
      )}
    </div>
  );
}
