/** @file Menus that drop from a button. */
import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { classNames } from "./class-names";
import { Keys } from "./button";

/** A button and the menu that drops from it. */
export function Menu({ trigger, children }: { readonly trigger: ReactNode; readonly children: ReactNode }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-40 max-w-96 min-w-52 rounded-card border border-line2 bg-raised p-1 shadow-menu"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  readonly label: string;
  readonly aside?: string;
  readonly keys?: string | null;
  readonly disabled?: boolean;
  readonly checked?: boolean;
  readonly onSelect: () => void;
}

/** A line of a menu. */
export function MenuItem({ label, aside, keys, disabled, checked, onSelect }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      disabled={disabled ?? false}
      onSelect={onSelect}
      className={classNames(
        "flex items-center gap-2 rounded-node px-2 py-1.5 outline-none data-[highlighted]:bg-hover",
        disabled && "text-text3",
      )}
    >
      <span className="w-4 shrink-0">{checked && <Check size={14} aria-label="chosen" />}</span>
      <span className="shrink-0 font-[550]">{label}</span>
      {aside !== undefined && <span className="min-w-0 truncate text-caption text-text3">{aside}</span>}
      {keys !== undefined && keys !== null && (
        <span className="ml-auto">
          <Keys keys={keys} />
        </span>
      )}
    </DropdownMenu.Item>
  );
}
