/** @file Menus that drop from a button. */
import { Check, type LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { classNames } from "./class-names";
import { Keys } from "./button";

/** A button and the menu that drops from it. */
export function Menu({
  trigger,
  align = "end",
  children,
}: {
  readonly trigger: ReactNode;
  readonly align?: "start" | "end";
  readonly children: ReactNode;
}) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-40 max-w-[400px] min-w-56 rounded-card border border-line2 bg-raised p-1 shadow-menu outline-none"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  readonly label: string;
  readonly icon?: LucideIcon;
  /** A line below the label. */
  readonly aside?: string;
  readonly keys?: string | null;
  readonly disabled?: boolean;
  /** Given where the item is one of several choices. */
  readonly checked?: boolean;
  readonly onSelect: () => void;
}

/** A line of a menu. */
export function MenuItem({ label, icon: Icon, aside, keys, disabled, checked, onSelect }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      disabled={disabled ?? false}
      onSelect={onSelect}
      className={classNames(
        "flex gap-2.5 rounded-node px-2 py-1.5 outline-none data-[highlighted]:bg-hover",
        disabled && "text-text3",
      )}
    >
      {checked !== undefined && (
        <span className="flex w-4 shrink-0 justify-center pt-0.5 text-accent">
          {checked && <Check size={14} aria-label="chosen" />}
        </span>
      )}
      {Icon && <Icon size={15} strokeWidth={1.75} className="mt-px shrink-0 text-text3" aria-hidden />}
      <span className="min-w-0 flex-1">
        <span className={classNames("block", aside !== undefined && "font-[550]")}>{label}</span>
        {aside !== undefined && aside !== "" && <span className="block text-caption text-text3">{aside}</span>}
      </span>
      {keys !== undefined && keys !== null && <Keys keys={keys} />}
    </DropdownMenu.Item>
  );
}

/** A hairline between groups of items. */
export function MenuLine() {
  return <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />;
}
