/** @file A titled part of a panel, its facts, and what stands there while it is empty. */
import type { ReactNode } from "react";
import { Keys } from "./button";
import { classNames } from "./class-names";

/** A heading with what it is about, under a hairline. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="border-b border-line px-3.5 py-3 last:border-b-0">
      <div className="mb-2 flex min-h-4 items-center justify-between gap-2">
        <h2 className="shrink-0 text-small font-semibold whitespace-nowrap text-text2">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** A word on the left, a number on the right. */
export function Fact({
  name,
  value,
  tone,
}: {
  readonly name: string;
  readonly value: string;
  readonly tone?: "warn" | "err";
}) {
  return (
    <div className="flex min-w-0 items-baseline justify-between gap-2 py-0.5">
      <span className="min-w-0 truncate text-small text-text2" title={name}>
        {name}
      </span>
      <span
        className={classNames(
          "max-w-[70%] shrink-0 truncate font-mono text-[11.5px] select-text",
          tone === "warn" ? "text-warn" : tone === "err" ? "text-err" : "text-text",
        )}
      >
        {value}
      </span>
    </div>
  );
}

/** A dtype and shape, at the right of a heading. */
export function TypeTag({ children }: { readonly children: string }) {
  return <span className="min-w-0 truncate font-mono text-caption text-text3">{children}</span>;
}

/** What would be here, one sentence, and the key or button that fills the emptiness. */
export function Empty({
  title,
  sentence,
  keys,
  children,
}: {
  readonly title?: string;
  readonly sentence: string;
  readonly keys?: string | null;
  readonly children?: ReactNode;
}) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-1 p-5 text-center">
      {title !== undefined && <p className="font-semibold text-text">{title}</p>}
      <p className="flex flex-wrap items-center justify-center gap-2 text-text2">
        {sentence}
        {keys !== undefined && keys !== null && <Keys keys={keys} />}
      </p>
      {children !== undefined && <div className="mt-2 flex gap-2">{children}</div>}
    </div>
  );
}
