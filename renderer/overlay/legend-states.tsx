/** @file What the shapes of edges mean: a part of the legend, or a popover of it where the canvas is narrow. */
import { Shapes } from "lucide-react";
import { Popover } from "radix-ui";
import { text } from "../text/text";
import { classNames } from "../ui/class-names";
import { DirectionsMark, EdgeMark } from "./edge-mark";
import type { EdgeState } from "./edge-style";

const words = text.canvas.legend;

const states: readonly (readonly [EdgeState, string])[] = [
  ["none", words.none],
  ["zero", words.zero],
  ["vanishing", `${words.vanishing} ▽`],
  ["exploding", `${words.exploding} △`],
  ["invalid", words.invalid],
];

/** The same marks as on the edges, small. */
export function States({ className }: { readonly className?: string }) {
  return (
    <div className={classNames("grid gap-x-3 gap-y-1.5 text-caption text-text2", className)}>
      {states.map(([state, label]) => (
        <span key={state} className="flex items-center gap-1.5 whitespace-nowrap">
          <EdgeMark state={state} rms={0} />
          {label}
        </span>
      ))}
      <span className="flex items-center gap-1.5 whitespace-nowrap">
        <DirectionsMark />
        {words.directions}
      </span>
    </div>
  );
}

/** A button that shows the states. */
export function StatesPopover({ className }: { readonly className?: string }) {
  return (
    <Popover.Root>
      <Popover.Trigger
        className={classNames(
          "h-7 items-center gap-1.5 rounded-node border border-line2 bg-raised px-2 text-small text-text2 hover:bg-hover hover:text-text",
          className,
        )}
      >
        <Shapes size={14} strokeWidth={1.75} aria-hidden />
        {words.states}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          className="z-40 rounded-float border border-line2 bg-raised p-3 shadow-float outline-none"
        >
          <States className="grid-cols-2" />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
