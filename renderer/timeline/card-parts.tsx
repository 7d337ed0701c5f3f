/** @file Parts of the chain-rule card: a tensor small, a titled part, sums with their signs. */
import type { ReactNode } from "react";
import { Preview } from "../nodes/preview";
import { printExtents, printNumber } from "../ui/number-text";
import type { TimelineEntry } from "./blocks";

export type View = TimelineEntry["value"];

/** The number of a scalar, the RMS of anything else. */
export function numberOf(view: View): number {
  return view.shape.length === 0 ? (view.preview.data[0] ?? NaN) : view.statistics.rms;
}

/** a + b − c, as one writes it. */
export function printSum(numbers: readonly (number | null)[]): string {
  return numbers
    .map((number, i) => {
      if (number === null) return i === 0 ? "…" : " + …";
      const printed = printNumber(number);
      if (i === 0) return printed;
      return printed.startsWith("−") ? ` − ${printed.slice(1)}` : ` + ${printed}`;
    })
    .join("");
}

/** A tensor with what it is, its picture, and its size. */
export function Shown({ title, view, wide }: { readonly title: string; readonly view: View; readonly wide?: boolean }) {
  const isNumber = view.shape.length === 0;
  return (
    <div className="min-w-0 flex-1">
      <div className="truncate text-caption text-text2" title={title}>
        {title}
      </div>
      <div className="my-1 flex h-9 items-center justify-center overflow-hidden rounded-field bg-field">
        <Preview value={view} width={wide === true ? 164 : 100} height={36} stale={false} />
      </div>
      <div className="truncate font-mono text-tick text-text3">
        {isNumber ? printExtents(view.shape) : `RMS ${printNumber(view.statistics.rms)}`}
      </div>
    </div>
  );
}

/** A sign between two tensors, level with their pictures. */
export function Sign({ children }: { readonly children: string }) {
  return <span className="pt-1 font-mono text-text3">{children}</span>;
}

/** A titled part under a hairline. */
export function Part({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="border-t border-line px-4 py-3">
      <h2 className="mb-2 flex items-baseline justify-between gap-3 text-small font-semibold text-text2">
        <span className="min-w-0 truncate" title={title}>
          {title}
        </span>
        {aside !== undefined && (
          <span className="shrink-0 font-mono text-caption font-normal whitespace-nowrap text-text3">{aside}</span>
        )}
      </h2>
      {children}
    </section>
  );
}
