/** @file A titled part of a panel. */
import type { ReactNode } from "react";

/** A heading with what it is about, under a hairline. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="border-b border-line px-3.5 py-3">
      <div className="mb-2 flex items-center justify-between gap-2">
        <h2 className="text-small font-semibold text-text2">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** A word on the left, a number on the right. */
export function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="flex items-baseline justify-between gap-3 py-0.5">
      <span className="text-small text-text2">{name}</span>
      <span className="truncate font-mono text-small text-text">{value}</span>
    </div>
  );
}

/** One sentence, and the key or button that fills the emptiness. */
export function Empty({ sentence, children }: { readonly sentence: string; readonly children?: ReactNode }) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 p-6 text-center text-text2">
      <p>{sentence}</p>
      {children}
    </div>
  );
}
