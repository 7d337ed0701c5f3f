/** @file The native menus of each system, made from what the window declares. */
import { expect, it, vi } from "vitest";
import type { MenuItemConstructorOptions } from "electron";
import { menuTemplate } from "./menu-template";

const item = { title: "Save", keys: "Mod+S", enabled: true, checked: null };
const menu = {
  groups: [
    { id: "file", title: "File", items: [{ ...item, id: "save" }] },
    {
      id: "edit",
      title: "Edit",
      items: [{ ...item, id: "mute", title: "Mute & more", keys: "M", enabled: false, checked: true }],
    },
  ],
};
const recent = [{ key: "k", name: "a&b.chainrule", where: "/home/ada" }];

const click = (item: MenuItemConstructorOptions | undefined): void => (item as { click(): void }).click();

const submenu = (group: MenuItemConstructorOptions | undefined): MenuItemConstructorOptions[] =>
  group?.submenu as MenuItemConstructorOptions[];

it("shows every command with its key, and the page keeps the key", () => {
  const command = vi.fn();
  const [file, edit] = menuTemplate(menu, recent, { command, openRecent: vi.fn() }, false);
  expect(submenu(file)[0]).toMatchObject({ label: "Save", accelerator: "CmdOrCtrl+S", registerAccelerator: false });
  expect(submenu(edit)[0]).toMatchObject({ label: "Mute && more", enabled: false, type: "checkbox", checked: true });
  // A letter alone would be taken from text fields.
  expect(submenu(edit)[0]).not.toHaveProperty("accelerator");
  click(submenu(file)[0]);
  expect(command).toHaveBeenCalledWith("save");
});

it("lists recent files by key alone, and ends with Quit", () => {
  const openRecent = vi.fn();
  const [file] = menuTemplate(menu, recent, { command: vi.fn(), openRecent }, false);
  const [known] = submenu(submenu(file)[2]);
  expect(known?.label).toBe("a&&b.chainrule — /home/ada");
  click(known);
  expect(openRecent).toHaveBeenCalledWith("k");
  expect(submenu(file).at(-1)).toMatchObject({ role: "quit" });
});

it("on a Mac takes the keys, between the app's menu and the window's", () => {
  const template = menuTemplate(menu, [], { command: vi.fn(), openRecent: vi.fn() }, true);
  expect(template.map(({ role, label }) => role ?? label)).toEqual(["appMenu", "File", "Edit", "windowMenu"]);
  expect(submenu(template[1])[0]).toMatchObject({ registerAccelerator: true });
  expect(submenu(submenu(template[1])[2])[0]).toMatchObject({ enabled: false });
});
