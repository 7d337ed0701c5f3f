/** @file The key of a command as menus and tooltips print it. */
import { printKeys } from "./keys";
import { commands, type CommandId } from "./registry";

/** "Ctrl S"; null where a command has no key. */
export function shownKeys(id: CommandId): string | null {
  const keys = commands.get(id)?.keys[0];
  return keys === undefined ? null : printKeys(keys);
}
