/** @file Fields: text, and numbers that can be typed, stepped and dragged. */
import type { AttributeSpec } from "@chainrule/engine/analysis";
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { useApp } from "../app/app";
import { classNames } from "../ui/class-names";
import { printAttribute, problemOf, readAttribute } from "./attribute-text";

const box =
  "h-6 w-full min-w-0 rounded-field border border-line2 bg-field px-1.5 text-small text-text outline-none focus:border-accent";

/** The arrow is drawn by the stylesheet: the system's own does not fit beside the other fields. */
const selectBox = `${box} chooser`;

function Labelled({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-7 items-center gap-2">
      <span className="w-24 shrink-0 truncate text-small text-text2" title={label}>
        {label}
      </span>
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly mono?: boolean;
  /** What is wrong with a text; what has a problem stays in the field and is not taken over. */
  readonly check?: (written: string) => string | null;
  readonly onChange: (value: string) => void;
}

const none = (): null => null;

/** A line of text; taken over on Enter or when it loses the focus, given up on Escape. */
export function TextField({ label, value, mono, check = none, onChange }: TextFieldProps) {
  const [draft, setDraft] = useState(value);
  const [problem, setProblem] = useState<string | null>(() => check(value));
  const id = useId();
  const newest = useRef(check);
  newest.current = check;
  useEffect(() => {
    setDraft(value);
    setProblem(newest.current(value));
  }, [value]);
  return (
    <>
      <Labelled label={label}>
        <input
          aria-label={label}
          value={draft}
          spellCheck={false}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : id}
          className={classNames(box, mono && "font-mono", problem !== null && "border-err")}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={() => {
            const found = check(draft);
            setProblem(found);
            if (draft !== value && found === null) onChange(draft);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.currentTarget.blur();
            if (event.key !== "Escape") return;
            setDraft(value);
            setProblem(check(value));
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

interface NumberFieldProps {
  readonly label: string;
  readonly value: number | null;
  /** Edits of one drag or burst come under one merge key. */
  readonly onChange: (value: number | null, mergeKey?: string) => void;
}

/** A step fit for a number's size: a tenth of its leading digit's place for fractions, one for whole numbers. */
function stepFor(value: number): number {
  if (Number.isInteger(value) && value !== 0 && Math.abs(value) < 1000) return 1;
  return value === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
}

function tidy(value: number): number {
  return Number(value.toPrecision(6));
}

/** A number: typed, stepped with the arrow keys, or dragged sideways by its label's side. */
export function NumberField({ label, value, onChange }: NumberFieldProps) {
  const app = useApp();
  const print = (number: number | null): string => (number === null ? "" : String(number));
  const [draft, setDraft] = useState(print(value));
  const drag = useRef<{ readonly x: number; readonly value: number; moved: boolean } | null>(null);
  useEffect(() => setDraft(print(value)), [value]);
  const mergeKey = `number:${label}`;
  const commit = (): void => {
    const written = draft.trim().replace("−", "-");
    if (written === print(value)) return;
    const number = written === "" ? null : Number(written);
    if (number === null || Number.isFinite(number)) onChange(number);
    else setDraft(print(value));
  };
  return (
    <Labelled label={label}>
      <input
        aria-label={label}
        inputMode="decimal"
        value={draft}
        className={classNames(box, "cursor-ew-resize font-mono focus:cursor-text")}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") setDraft(print(value));
          if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
          event.preventDefault();
          const now = Number(draft) || 0;
          app.retrainer.request(event.timeStamp);
          onChange(tidy(now + (event.key === "ArrowUp" ? 1 : -1) * stepFor(now) * (event.shiftKey ? 10 : 1)), mergeKey);
        }}
        onKeyUp={() => app.retrainer.release()}
        onPointerDown={(event) => {
          if (value === null || event.button !== 0 || document.activeElement === event.currentTarget) return;
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, value, moved: false };
        }}
        onPointerMove={(event) => {
          const held = drag.current;
          if (held === null) return;
          const distance = event.clientX - held.x;
          if (Math.abs(distance) < 3 && !held.moved) return;
          held.moved = true;
          app.retrainer.request(event.timeStamp);
          onChange(tidy(held.value + Math.round(distance / 3) * stepFor(held.value)), mergeKey);
        }}
        onLostPointerCapture={() => {
          drag.current = null;
          app.history.endMerge();
          app.retrainer.release();
        }}
        onPointerUp={(event) => {
          const held = drag.current;
          if (held !== null && !held.moved) event.currentTarget.focus();
        }}
      />
    </Labelled>
  );
}

interface ChoiceFieldProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}

/** One of a few. */
export function ChoiceField<T extends string>({ label, value, options, onChange }: ChoiceFieldProps<T>) {
  return (
    <Labelled label={label}>
      <select
        aria-label={label}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
        className={selectBox}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** One of a few, within a line of words. */
export function InlineChoice({ label, value, options, onChange }: ChoiceFieldProps<string>) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={classNames(selectBox, "h-5 w-auto max-w-28 pr-5 font-normal")}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

/** On or off. */
export function FlagField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}) {
  return (
    <Labelled label={label}>
      <input
        type="checkbox"
        aria-label={label}
        checked={value}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-[var(--accent)]"
      />
    </Labelled>
  );
}

interface AttributeFieldProps {
  readonly name: string;
  readonly spec: AttributeSpec<unknown>;
  readonly value: unknown;
  readonly onChange: (value: unknown, mergeKey?: string) => void;
}

/** The field of an attribute, by its declared kind. What does not parse is not taken over. */
export function AttributeField({ name, spec, value, onChange }: AttributeFieldProps) {
  const shown = value === undefined ? spec.default : value;
  if (spec.kind === "bool") {
    return <FlagField label={name} value={shown === true} onChange={onChange} />;
  }
  if (spec.choices !== undefined) {
    return (
      <Labelled label={name}>
        <select
          aria-label={name}
          value={shown === null || shown === undefined ? "" : String(shown)}
          onChange={(event) => onChange(event.target.value === "" ? null : event.target.value)}
          className={selectBox}
        >
          {spec.nullable && <option value="">auto</option>}
          {spec.choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      </Labelled>
    );
  }
  const accept = (next: unknown, mergeKey?: string): void => {
    if (problemOf(name, spec, next) === null) onChange(next, mergeKey);
  };
  if (spec.kind === "int" || spec.kind === "float") {
    return (
      <NumberField
        label={name}
        value={typeof shown === "number" ? shown : null}
        onChange={(number, merge) =>
          accept(number === null ? null : spec.kind === "int" ? Math.round(number) : number, merge)
        }
      />
    );
  }
  const read = (written: string) => readAttribute(name, spec, written);
  return (
    <TextField
      label={name}
      mono
      value={printAttribute(shown)}
      check={(written) => {
        if (written === printAttribute(shown)) return value === undefined ? null : problemOf(name, spec, value);
        const found = read(written);
        return "problem" in found ? found.problem : null;
      }}
      onChange={(written) => {
        const found = read(written);
        if ("value" in found) onChange(found.value);
      }}
    />
  );
}
