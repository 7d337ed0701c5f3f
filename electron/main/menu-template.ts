/** @file What the native menus hold: the window's commands as it declares them, the recent files, and what each system adds. */
import type { MenuItemConstructorOptions } from "electron";
import type { SharedFileReference, SharedMenu } from "../contract/payloads";
import { words } from "./words";

export interface MenuActions {
  command(id: string): void;
  openRecent(key: string): void;
}

/** Electron's spelling of "Mod+Shift+E"; none for keys that text fields need. */
function acceleratorOf(keys: string | null): string | undefined {
  const isSafe = keys !== null && /^((Mod|Shift|Alt)\+)*(F\d{1,2}|[A-Z0-9]|Enter)$/.test(keys);
  return isSafe && (keys.includes("Mod+") || /F\d/.test(keys)) ? keys.replace("Mod+", "CmdOrCtrl+") : undefined;
}

function recentMenu(recent: readonly SharedFileReference[], actions: MenuActions): MenuItemConstructorOptions {
  const files = recent.map(({ key, name, where }): MenuItemConstructorOptions => ({
    // Ampersands would become access keys.
    label: `${name} — ${where}`.replaceAll("&", "&&"),
    click: () => actions.openRecent(key),
  }));
  return { label: words.recent, submenu: files.length > 0 ? files : [{ label: words.noRecent, enabled: false }] };
}

/** The menus, from left to right. */
export function menuTemplate(
  menu: SharedMenu,
  recent: readonly SharedFileReference[],
  actions: MenuActions,
  mac: boolean,
): MenuItemConstructorOptions[] {
  const groups = menu.groups.map(({ id, title, items }): MenuItemConstructorOptions => {
    const commands = items.map((item): MenuItemConstructorOptions => {
      const accelerator = acceleratorOf(item.keys);
      return {
        id: item.id,
        label: item.title.replaceAll("&", "&&"),
        enabled: item.enabled,
        ...(item.checked === null ? {} : { type: "checkbox", checked: item.checked }),
        // Elsewhere the page has the keys already: shown here, not taken twice.
        ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: mac }),
        click: () => actions.command(item.id),
      };
    });
    if (id !== "file") return { label: title, submenu: commands };
    const last: MenuItemConstructorOptions[] = mac ? [] : [{ type: "separator" }, { role: "quit", label: words.quit }];
    return { label: title, submenu: [...commands, { type: "separator" }, recentMenu(recent, actions), ...last] };
  });
  return mac ? [{ role: "appMenu" }, ...groups, { role: "windowMenu" }] : groups;
}
