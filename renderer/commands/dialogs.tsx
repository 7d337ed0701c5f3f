/** @file The dialogs over the window: commands, keys, settings, export. */
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { SettingsForm } from "../app/settings-form";
import { ExportForm } from "../code/export-form";
import { text } from "../text/text";
import { IconButton, Keys } from "../ui/button";
import { classNames } from "../ui/class-names";
import { CommandPalette } from "./command-palette";
import { commandGroups } from "./define-command";
import { printKeys } from "./keys";
import { commands } from "./registry";
import { UnsavedDialog } from "./unsaved-dialog";

const words = text.dialogs;

function Sheet({
  title,
  wide,
  children,
}: {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const app = useApp();
  return (
    <Radix.Root open onOpenChange={(open) => !open && app.workspace.setState({ dialog: null })}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          tabIndex={-1}
          onOpenAutoFocus={(event) => {
            // The sheet has the focus, not its first button: a ring there would say that closing is what one came for.
            event.preventDefault();
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
          }}
          className={classNames(
            "fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] -translate-x-1/2 flex-col overflow-hidden rounded-card border border-line2 bg-raised shadow-menu outline-none",
            wide ? "w-[min(880px,92vw)]" : "w-[min(620px,92vw)]",
          )}
        >
          <div className="flex h-11 shrink-0 items-center justify-between border-b border-line pr-2 pl-4">
            <Radix.Title className="text-title font-semibold">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon={X} label={words.close} />
            </Radix.Close>
          </div>
          {/* What scrolls can be scrolled with the keys. */}
          <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
            {children}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Shortcuts() {
  return (
    <div className="columns-2 gap-x-10 p-5 max-[720px]:columns-1">
      {commandGroups.map((group) => {
        const inside = [...commands].filter(([, command]) => command.group === group && command.keys.length > 0);
        if (inside.length === 0) return null;
        return (
          <section key={group} className="mb-5 break-inside-avoid">
            <h3 className="mb-1.5 text-small font-semibold text-text2">{text.commands.groups[group]}</h3>
            {inside.map(([id, command]) => (
              <div key={id} className="flex min-h-6 items-center justify-between gap-3">
                <span>{command.title}</span>
                <span className="flex shrink-0 gap-1">
                  {command.keys.map((keys) => (
                    <Keys key={keys} keys={printKeys(keys)} />
                  ))}
                </span>
              </div>
            ))}
          </section>
        );
      })}
      <section className="mb-5 break-inside-avoid">
        <h3 className="mb-1.5 text-small font-semibold text-text2">{words.gestures.title}</h3>
        {words.gestures.lines.map(([what, how]) => (
          <div key={what} className="flex min-h-6 items-center justify-between gap-3">
            <span>{what}</span>
            <span className="shrink-0 text-small text-text2">{how}</span>
          </div>
        ))}
      </section>
    </div>
  );
}

/** Whichever dialog is open. */
export function Dialogs() {
  const app = useApp();
  const dialog = useStore(app.workspace, (state) => state.dialog);
  switch (dialog) {
    case null:
      return null;
    case "commands":
      return <CommandPalette />;
    case "shortcuts":
      return (
        <Sheet title={words.shortcuts} wide>
          <Shortcuts />
        </Sheet>
      );
    case "settings":
      return (
        <Sheet title={text.settings.title}>
          <SettingsForm />
        </Sheet>
      );
    case "unsaved":
      return <UnsavedDialog />;
    case "export":
      return (
        <Sheet title={words.exportTitle}>
          <ExportForm />
        </Sheet>
      );
  }
}
