/** @file The head of the inspector: what is selected, with its glyph. */
import type { ReactNode } from "react";
import { MiddleText } from "../ui/middle-text";

/** A glyph in a box, a title, and a line of what kind of thing it is. */
export function PanelHeader({
  glyph,
  title,
  line,
}: {
  readonly glyph: ReactNode;
  readonly title: string;
  readonly line: string;
}) {
  return (
    <header className="flex items-center gap-3 border-b border-line px-3.5 py-3">
      <span className="flex size-9 shrink-0 items-center justify-center rounded-node border border-line2 bg-raised font-mono text-small text-text2">
        {glyph}
      </span>
      <div className="min-w-0">
        <h2 className="text-title font-semibold">
          <MiddleText text={title} />
        </h2>
        <p className="truncate text-small text-text3" title={line}>
          {line}
        </p>
      </div>
    </header>
  );
}
