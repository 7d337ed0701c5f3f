/** @file Buttons: primary, plain, ghost, and square icon buttons whose tooltip names their key. */
import type { LucideIcon } from "lucide-react";
import { Tooltip } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";

type Variant = "primary" | "plain" | "ghost" | "soft";

const variants: Readonly<Record<Variant, string>> = {
  primary: "bg-accent text-onaccent font-semibold hover:brightness-110 border-transparent",
  soft: "text-accent border-accent bg-accent-soft hover:brightness-110 font-semibold",
  plain: "bg-raised text-text border-line2 hover:bg-hover",
  ghost: "border-transparent text-text2 hover:bg-hover hover:text-text",
};

interface ButtonProps extends ComponentProps<"button"> {
  readonly variant?: Variant;
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
}

/** A button with its words, 28 px high. */
export function Button({ variant = "plain", icon: Icon, children, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classNames(
        "inline-flex h-7 shrink-0 items-center gap-1.5 rounded-node border px-2.5 text-base whitespace-nowrap transition-colors active:translate-y-px disabled:pointer-events-none disabled:opacity-45",
        variants[variant],
        className,
      )}
    >
      {Icon && <Icon size={15} strokeWidth={1.75} aria-hidden />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  readonly icon: LucideIcon;
  /** What it does: its accessible name and tooltip. */
  readonly label: string;
  readonly keys?: string | null;
  readonly pressed?: boolean;
}

/** A 28 px square button. */
export function IconButton({ icon: Icon, label, keys, pressed, className, ...rest }: IconButtonProps) {
  return (
    <Hint label={label} keys={keys ?? null}>
      <button
        type="button"
        aria-label={label}
        {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
        {...rest}
        className={classNames(
          "inline-flex size-7 shrink-0 items-center justify-center rounded-node transition-colors disabled:opacity-40",
          pressed ? "bg-accent-soft text-accent" : "text-text2 hover:bg-hover hover:text-text",
          className,
        )}
      >
        <Icon size={15} strokeWidth={1.75} aria-hidden />
      </button>
    </Hint>
  );
}

/** A tooltip with the words and, beside them, the key. */
export function Hint({
  label,
  keys,
  children,
}: {
  readonly label: string;
  readonly keys: string | null;
  readonly children: ReactNode;
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex items-center gap-2 rounded-float border border-line2 bg-raised px-2 py-1 text-small text-text shadow-float"
        >
          {label}
          {keys !== null && keys !== "" && <Keys keys={keys} />}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** A key as it stands on a keyboard. */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <kbd className="shrink-0 rounded-field whitespace-nowrap border border-line2 bg-field px-1 font-mono text-tick text-text3">
      {keys}
    </kbd>
  );
}
