/** @file The dialogs over the window: commands, keys, settings, export. */
import { Command as Palette } from "cmdk";
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
import { commandGroups } from "./define-command";
import { printKeys } from "./keys";
import { commands, type CommandId } from "./registry";
import { runCommand } from "./run-command";
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
        <Radix.Overlay className="fixed inset-0 z-40 bg-[rgb(0_0_0/0.45)]" />
        <Radix.Content
          aria-describedby={undefined}
          className={classNames(
            "fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] -translate-x-1/2 flex-col overflow-hidden rounded-card border border-line2 bg-raised shadow-menu outline-none",
            wide ? "w-[min(860px,92vw)]" : "w-[min(560px,92vw)]",
          )}
        >
          <div className="flex h-11 shrink-0 items-center justify-between border-b border-line pr-2 pl-4">
            <Radix.Title className="text-title font-semibold">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon={X} label={words.close} />
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function CommandPalette() {
  const app = useApp();
  const close = (): void => app.workspace.setState({ dialog: null });
  return (
    <Radix.Root open onOpenChange={(open) => !open && close()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[rgb(0_0_0/0.45)]" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[14vh] left-1/2 z-50 w-[min(560px,92vw)] -translate-x-1/2 overflow-hidden rounded-card border border-line2 bg-raised shadow-menu outline-none"
        >
          <Radix.Title className="sr-only">{text.bar.commands}</Radix.Title>
          <Palette label={text.bar.commands} loop>
            <Palette.Input
              autoFocus
              placeholder={words.commandPlaceholder}
              className="h-11 w-full border-b border-line bg-transparent px-4 text-title outline-none placeholder:text-text3"
            />
            <Palette.List className="max-h-[52vh] overflow-y-auto p-1.5">
              <Palette.Empty className="p-4 text-text2">{words.noCommand}</Palette.Empty>
              {[...commands].map(([id, command]) => {
                const isEnabled = command.enabled?.(app) !== false;
                return (
                  <Palette.Item
                    key={id}
                    value={`${command.title} ${text.commands.groups[command.group]} ${(command.search ?? []).join(" ")}`}
                    disabled={!isEnabled}
                    onSelect={() => {
                      close();
                      requestAnimationFrame(() => runCommand(app, id as CommandId));
                    }}
                    className="flex h-8 items-center gap-3 rounded-node px-2.5 data-[disabled=true]:text-text3 data-[selected=true]:bg-hover"
                  >
                    <span className="w-24 shrink-0 text-caption text-text3">{text.commands.groups[command.group]}</span>
                    <span className="flex-1">{command.title}</span>
                    {command.keys[0] !== undefined && <Keys keys={printKeys(command.keys[0])} />}
                  </Palette.Item>
                );
              })}
            </Palette.List>
          </Palette>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Shortcuts() {
  return (
    <div className="grid grid-cols-2 gap-x-8 gap-y-5 p-5 max-[720px]:grid-cols-1">
      {commandGroups.map((group) => {
        const inside = [...commands].filter(([, command]) => command.group === group && command.keys.length > 0);
        if (inside.length === 0) return null;
        return (
          <section key={group}>
            <h3 className="mb-1.5 text-small font-semibold text-text2">{text.commands.groups[group]}</h3>
            {inside.map(([id, command]) => (
              <div key={id} className="flex min-h-6 items-center justify-between gap-3">
                <span>{command.title}</span>
                <span className="flex gap-1">
                  {command.keys.map((keys) => (
                    <Keys key={keys} keys={printKeys(keys)} />
                  ))}
                </span>
              </div>
            ))}
          </section>
        );
      })}
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
