/** @file Fields of a few choices, and of on or off. */
import { classNames } from "../ui/class-names";
import { Labelled, selectBox } from "./field-parts";

interface ChoiceFieldProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
  className,
}: ChoiceFieldProps<T> & { readonly className?: string }) {
  // prettier-ignore
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      className={classNames(selectBox, className)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

/** One of a few. */
export function ChoiceField<T extends string>(props: ChoiceFieldProps<T>) {
  return (
    <Labelled label={props.label}>
      <Choice {...props} />
    </Labelled>
  );
}

/** One of a few, within a line of words. */
export function InlineChoice(props: ChoiceFieldProps<string>) {
  return <Choice {...props} className="h-5 w-auto max-w-28 pr-5 font-normal" />;
}

interface FlagFieldProps {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

/** On or off. */
export function FlagField({ label, value, onChange }: FlagFieldProps) {
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
