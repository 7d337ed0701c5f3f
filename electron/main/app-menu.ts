/** @file The native menus on the screen, kept as the window last described them. */
import { Menu } from "electron";
import type { SharedFileReference, SharedMenu } from "../contract/payloads";
import { menuTemplate, type MenuActions } from "./menu-template";

const isMac = process.platform === "darwin";

/** The menus of the app. */
export class AppMenu {
  private menu: SharedMenu = { groups: [] };
  private recent: readonly SharedFileReference[] = [];

  constructor(private readonly actions: MenuActions) {
    this.show();
  }

  describe(menu: SharedMenu): void {
    this.menu = menu;
    this.show();
  }

  setRecent(recent: readonly SharedFileReference[]): void {
    this.recent = recent;
    this.show();
  }

  private show(): void {
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(this.menu, this.recent, this.actions, isMac)));
  }
}
