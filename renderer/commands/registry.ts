/** @file Every command by its export name; menus, keys, palette and tooltips read it. */
import type { Command } from "./define-command";
import * as families from "./families";

export const commands: ReadonlyMap<string, Command> = new Map(Object.entries(families));
export type CommandId = keyof typeof families;
