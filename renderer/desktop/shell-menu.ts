/** @file The window's commands as the shell's native menus show them: told anew whenever what they show has changed. */
import type { App } from "../app/app";
import { commandGroups } from "../commands/define-command";
import { commands } from "../commands/registry";
import { text } from "../text/text";
import type { ShellMenu } from "./electron";

const pauseMs = 150;

function describe(app: App): ShellMenu {
  const all = [...commands];
  return {
    groups: commandGroups.map((id) => ({
      id,
      title: text.commands.groups[id],
      items: all
        .filter(([, command]) => command.group === id)
        .map(([name, command]) => ({
          id: name,
          title: command.title,
          keys: command.keys[0] ?? null,
          enabled: command.enabled?.(app) !== false,
          checked: command.checked?.(app) ?? null,
        })),
    })),
  };
}

/** Keeps `show` up to date with what can be done; bursts of changes are told once. */
export function followMenu(app: App, show: (menu: ShellMenu) => void): void {
  let shown = "";
  let timer: ReturnType<typeof setTimeout> | null = null;
  const tell = (): void => {
    timer = null;
    const menu = describe(app);
    const printed = JSON.stringify(menu);
    if (printed === shown) return;
    shown = printed;
    show(menu);
  };
  const later = (): void => void (timer ??= setTimeout(tell, pauseMs));
  app.history.subscribe(later);
  app.workspace.subscribe(later);
  app.engine.state.subscribe((state, before) => {
    if (state.run !== before.run || state.connection !== before.connection) later();
  });
  later();
}
