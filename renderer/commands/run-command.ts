/** @file Runs commands, by id or by key. */
import type { App } from "../app/app";
import { matchesKeys } from "./keys";
import { commands, type CommandId } from "./registry";

/** Runs a command if it is enabled; what goes wrong is told. */
export function runCommand(app: App, id: CommandId): void {
  const command = commands.get(id);
  if (command === undefined || command.enabled?.(app) === false) return;
  Promise.resolve(command.run(app)).catch((error: unknown) =>
    app.tell("error", error instanceof Error ? error.message : String(error)),
  );
}

const fieldCommands = ["undo", "redo", "cut", "copy", "paste", "selectAll"] as const satisfies readonly CommandId[];
type FieldCommand = (typeof fieldCommands)[number];

/** Runs what was chosen in a native menu. A text field that has the focus keeps its own undo and clipboard. */
export function runMenuCommand(app: App, id: string, editField: (what: FieldCommand) => void): void {
  const forField = fieldCommands.find((known) => known === id);
  if (forField !== undefined && document.activeElement?.matches("input, textarea, [contenteditable=true]"))
    editField(forField);
  else if (commands.has(id)) runCommand(app, id as CommandId);
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input, textarea, select, [contenteditable=true], [role=dialog], [role=menu]") !== null
  );
}

/** Keys without Mod belong to the canvas: elsewhere they move the focus or press a button. */
function isForCanvas(keys: string): boolean {
  return !keys.includes("Mod+") && !/^(Shift\+)?F\d+$/.test(keys);
}

function hasCanvasFocus(): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || active.closest("[data-canvas]") !== null;
}

/** Gives a key event to the command that has it. Text fields keep their own keys. */
export function handleKey(app: App, event: KeyboardEvent): void {
  const inField = isField(event.target);
  for (const [id, command] of commands) {
    const keys = command.keys.find((candidate) => matchesKeys(event, candidate));
    if (keys === undefined || command.enabled?.(app) === false) continue;
    if (inField && command.inFields !== true) continue;
    if (isForCanvas(keys) && keys !== "?" && !hasCanvasFocus()) continue;
    event.preventDefault();
    event.stopPropagation();
    runCommand(app, id as CommandId);
    return;
  }
}
