/** @file A row of choices of which one holds. */
import { ToggleGroup } from "radix-ui";
import { classNames } from "./class-names";

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  readonly className?: string;
}

/** One of a few words, side by side. */
export function Segmented<T extends string>({ label, value, options, onChange, className }: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      className={classNames("inline-flex rounded-node border border-line bg-field p-px", className)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="rounded-[5px] px-2 py-0.5 text-small text-text2 transition-colors hover:text-text data-[state=on]:bg-raised data-[state=on]:font-semibold data-[state=on]:text-text data-[state=on]:shadow-node data-[state=on]:ring-1 data-[state=on]:ring-line2 data-[state=on]:ring-inset"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
