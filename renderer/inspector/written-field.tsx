/** @file A line that a person writes: what cannot be taken stays in it, marked, with the reason, until it is mended or given up. */
import { useEffect, useId, useState, type ComponentProps } from "react";
import { useApp } from "../app/app";
import { classNames } from "../ui/class-names";
import { calmLine, fieldBox, Labelled } from "./field-parts";
import type { Reading } from "./written-text";

interface WrittenFieldProps<T> {
  readonly label: string;
  /** What stands in the line while nobody writes. */
  readonly printed: string;
  readonly mono?: boolean | undefined;
  readonly hidesLabel?: boolean | undefined;
  readonly read: (written: string) => Reading<T>;
  /** What is wrong with what the document holds already. */
  readonly fault?: string | null | undefined;
  readonly onChange: (value: T) => void;
  /** What else its input does: keys and drags of a number. */
  readonly input?: ComponentProps<"input">;
}

/** Taken over on Enter or when the line loses the focus, given up on Escape. */
export function WrittenField<T>({
  label,
  printed,
  mono,
  hidesLabel,
  read,
  fault,
  onChange,
  input,
}: WrittenFieldProps<T>) {
  const app = useApp();
  /** What is being written, and why it could not be taken; null while the line shows the document. */
  const [draft, setDraft] = useState<{ readonly written: string; readonly problem: string | null } | null>(null);
  const id = useId();
  useEffect(() => setDraft(null), [printed]);
  const take = (): boolean => {
    if (draft === null || draft.written === printed) {
      setDraft(null);
      return true;
    }
    const found = read(draft.written);
    setDraft("problem" in found ? { written: draft.written, problem: found.problem } : null);
    if ("problem" in found) return false;
    onChange(found.value);
    return true;
  };
  const problem = draft === null ? (fault ?? null) : draft.problem;
  return (
    <>
      <Labelled label={label} hidesLabel={hidesLabel}>
        <input
          spellCheck={false}
          {...input}
          aria-label={label}
          value={draft?.written ?? printed}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : id}
          className={classNames(
            fieldBox,
            problem === null ? calmLine : "border-err",
            mono && "font-mono",
            input?.className,
          )}
          onChange={({ target: { value } }) => {
            const found = problem === null ? null : read(value);
            setDraft({ written: value, problem: found !== null && "problem" in found ? found.problem : null });
          }}
          onBlur={() => {
            take();
            app.history.endMerge();
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && take()) event.currentTarget.blur();
            if (event.key === "Escape") setDraft(null);
            input?.onKeyDown?.(event);
            // A key that the field takes for itself, such as an arrow, sets the value and ends the writing.
            if (event.defaultPrevented) setDraft(null);
          }}
        />
      </Labelled>
      {problem !== null && (
        <p id={id} role="alert" className="mb-1 text-caption break-words text-err">
          {problem}
        </p>
      )}
    </>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly mono?: boolean;
  readonly hidesLabel?: boolean;
  readonly read: (written: string) => Reading<string>;
  readonly onChange: (value: string) => void;
}

/** A line of text. */
export function TextField({ value, ...field }: TextFieldProps) {
  return <WrittenField printed={value} {...field} />;
}
