/** @file Which commands a typed query means. */
import { text } from "../text/text";
import type { Command } from "./define-command";

/** How well a command is meant, 0 best; null where it is not. */
function scoreOf({ title, search = [], group }: Command, wanted: string): number | null {
  const name = title.toLowerCase();
  const others = [...search, text.commands.groups[group]].map((word) => word.toLowerCase());
  if (name.startsWith(wanted)) return 0;
  if (name.split(/\W+/).some((word) => word.startsWith(wanted))) return 1;
  if (name.includes(wanted)) return 2;
  if (others.some((word) => word.startsWith(wanted))) return 3;
  const all = [name, ...others].join(" ");
  return wanted.split(/\s+/).every((word) => all.includes(word)) ? 4 : null;
}

/** Ids of the commands that a query means, best first: by the start of their name, a word in it, and their other words. */
export function searchCommands(commands: ReadonlyMap<string, Command>, query: string): readonly string[] {
  const wanted = query.trim().toLowerCase();
  return [...commands]
    .flatMap(([id, command]) => {
      const score = scoreOf(command, wanted);
      return score === null ? [] : [{ id, score, length: command.title.length }];
    })
    .sort((a, b) => a.score - b.score || a.length - b.length)
    .map(({ id }) => id);
}
