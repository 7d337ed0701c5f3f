/** @file The palette of commands: all of them by their groups, or those that a query means, best first. */
import { Command as Palette } from "cmdk";
import { Check, Search } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useState } from "react";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { Keys } from "../ui/button";
import { commandGroups } from "./define-command";
import { printKeys } from "./keys";
import { commands, type CommandId } from "./registry";
import { runCommand } from "./run-command";
import { searchCommands } from "./search-commands";

const words = text.dialogs;

interface EntryProps {
  readonly id: string;
  readonly close: () => void;
}

function Entry({ id, close }: EntryProps) {
  const app = useApp();
  const command = commands.get(id);
  if (command === undefined) return null;
  return (
    <Palette.Item
      value={id}
      disabled={command.enabled?.(app) === false}
      onSelect={() => {
        close();
        requestAnimationFrame(() => runCommand(app, id as CommandId));
      }}
      className="flex h-8 items-center gap-3 rounded-node px-2.5 data-[disabled=true]:text-text3 data-[selected=true]:bg-hover"
    >
      <span className="w-4 shrink-0 text-accent">
        {command.checked?.(app) === true && <Check size={14} aria-label={text.settings.on} />}
      </span>
      <span className="min-w-0 flex-1 truncate">
        {command.title} <span className="text-text2">{command.detail?.(app)}</span>
      </span>
      {command.keys[0] !== undefined && <Keys keys={printKeys(command.keys[0])} />}
    </Palette.Item>
  );
}

/** Finds a command and runs it. */
export function CommandPalette() {
  const app = useApp();
  const [query, setQuery] = useState("");
  const close = (): void => app.workspace.setState({ dialog: null });
  return (
    <Radix.Root open onOpenChange={(open) => !open && close()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[14vh] left-1/2 z-50 w-[min(560px,92vw)] -translate-x-1/2 overflow-hidden rounded-card border border-line2 bg-raised shadow-menu outline-none"
        >
          <Radix.Title className="sr-only">{text.bar.commands}</Radix.Title>
          <Palette label={text.bar.commands} loop shouldFilter={false}>
            <div className="flex items-center gap-2.5 border-b border-line px-4">
              <Search size={16} strokeWidth={1.75} className="shrink-0 text-text3" aria-hidden />
              <Palette.Input
                autoFocus
                value={query}
                onValueChange={setQuery}
                placeholder={words.commandPlaceholder}
                className="h-11 w-full bg-transparent text-title outline-none placeholder:text-text3"
              />
            </div>
            <Palette.List className="max-h-[52vh] overflow-y-auto p-1.5">
              <Palette.Empty className="p-4 text-text2">{words.noCommand}</Palette.Empty>
              {query.trim() === ""
                ? commandGroups.map((group) => (
                    <Palette.Group
                      key={group}
                      heading={text.commands.groups[group]}
                      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-caption [&_[cmdk-group-heading]]:text-text3"
                    >
                      {[...commands]
                        .filter(([, command]) => command.group === group)
                        .map(([id]) => (
                          <Entry key={id} id={id} close={close} />
                        ))}
                    </Palette.Group>
                  ))
                : searchCommands(commands, query).map((id) => <Entry key={id} id={id} close={close} />)}
            </Palette.List>
            <div className="flex gap-4 border-t border-line px-4 py-2 text-caption text-text3">
              <span className="flex items-center gap-1.5">
                <Keys keys="↑ ↓" /> {words.hints.choose}
              </span>
              <span className="flex items-center gap-1.5">
                <Keys keys="Enter" /> {words.hints.run}
              </span>
              <span className="flex items-center gap-1.5">
                <Keys keys="Esc" /> {words.hints.close}
              </span>
            </div>
          </Palette>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
