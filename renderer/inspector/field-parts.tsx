/** @file What every field has: a label beside it, a box, and under it what is wrong. */
import type { ReactNode } from "react";

/** The box of a field, without the colour of its line. */
export const fieldBox = "h-6 w-full min-w-0 rounded-field border bg-field px-1.5 text-small text-text outline-none";

/** The line of a box whose content is as it should be. */
export const calmLine = "border-line2 focus:border-accent";

/** The arrow is drawn by the stylesheet: the system's own does not fit beside the other fields. */
export const selectBox = `${fieldBox} ${calmLine} chooser`;

interface LabelledProps {
  readonly label: string;
  /** The part's title says it: the field has the whole line. */
  readonly hidesLabel?: boolean | undefined;
  readonly children: ReactNode;
}

/** A field behind its label. */
export function Labelled({ label, hidesLabel, children }: LabelledProps) {
  return (
    <div className="flex min-h-7 items-center gap-2">
      {hidesLabel !== true && (
        <span className="w-20 shrink-0 truncate text-small text-text2" title={label}>
          {label}
        </span>
      )}
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
