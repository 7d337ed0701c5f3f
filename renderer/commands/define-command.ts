/** @file defineCommand: what a person can do, stated once; menus, keys, palette and tooltips derive from it. */
import type { App } from "../app/app";

export const commandGroups = ["file", "edit", "add", "select", "view", "run", "training", "debug", "help"] as const;
export type CommandGroup = (typeof commandGroups)[number];

export interface Command {
  /** Words in the palette and menus: a verb with its object. */
  readonly title: string;
  readonly group: CommandGroup;
  /** Keys such as "Mod+Shift+E", Mod being Ctrl or ⌘; the first is shown. */
  readonly keys: readonly string[];
  /** Whether the keys also work while a text field has the focus. */
  readonly inFields?: boolean;
  readonly search?: readonly string[];
  enabled?(app: App): boolean;
  /** For a toggle: whether it is on. */
  checked?(app: App): boolean;
  /** What it would be done to just now, beside the title: "Duplicate" of "Undo". */
  detail?(app: App): string | null;
  run(app: App): void | Promise<void>;
}

/** Declares a command; its id is its export name. */
export function defineCommand(command: Command): Command {
  return command;
}
