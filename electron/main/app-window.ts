/** @file The app's window: sandboxed, with its place remembered, and asking before unsaved work is lost. */
import { app, BrowserWindow, dialog } from "electron";
import { channels } from "../contract/bridge";
import type { EventName, EventPayload } from "../contract/calls";
import { appOrigin } from "./app-scheme";
import { words } from "./words";
import { readWindowState, writeWindowState } from "./window-state";

const background = "#101318";

export interface AppWindowOptions {
  readonly preload: string;
  readonly stateFile: string;
  /** The person closes and wants what is unsaved to go. */
  abandon(): Promise<void>;
  /** A page begins, the first one or one after a crash. */
  pageBegins(): void;
}

/** The window a person sees. */
export class AppWindow {
  readonly browser: BrowserWindow;
  private unsaved = false;
  private closing = false;

  constructor(private readonly options: AppWindowOptions) {
    const { bounds, maximized } = readWindowState(options.stateFile);
    this.browser = new BrowserWindow({
      ...bounds,
      minWidth: 640,
      minHeight: 400,
      show: false,
      backgroundColor: background,
      autoHideMenuBar: true,
      webPreferences: { preload: options.preload, sandbox: true, contextIsolation: true, spellcheck: false },
    });
    if (maximized) this.browser.maximize();
    this.browser.once("ready-to-show", () => this.browser.show());
    this.browser.on("close", (event) => {
      writeWindowState(options.stateFile, this.browser);
      if (!this.unsaved) return;
      event.preventDefault();
      void this.askBeforeClosing();
    });
    // The page asks not to be unloaded, for browsers; here the dialog above has asked already.
    this.browser.webContents.on("will-prevent-unload", (event) => event.preventDefault());
    this.browser.webContents.on("did-start-loading", () => options.pageBegins());
    this.browser.webContents.on("render-process-gone", (_, { reason }) => {
      if (reason === "clean-exit") return;
      this.unsaved = false;
      this.browser.webContents.reload();
    });
  }

  /** Rejects where the page cannot be had; that it tried to go elsewhere meanwhile, and was refused, is no failure of it. */
  async load(): Promise<void> {
    const address = `${appOrigin}/index.html`;
    try {
      await this.browser.loadURL(address);
    } catch (error) {
      const { url } = error as { readonly url?: unknown };
      if (url === undefined || url === address) throw error;
    }
  }

  send<N extends EventName>(name: N, payload: EventPayload<N>): void {
    if (!this.browser.isDestroyed()) this.browser.webContents.send(channels.event, name, payload);
  }

  /** What the page says of itself. */
  describe(title: string, unsaved: boolean): void {
    this.browser.setTitle(title);
    this.browser.setDocumentEdited(unsaved);
    this.unsaved = unsaved;
    if (this.closing && !unsaved) this.browser.close();
  }

  /** The person closed the dialog that a save before closing needed: the window stays. */
  keepOpen(): void {
    this.closing = false;
  }

  focus(): void {
    if (this.browser.isMinimized()) this.browser.restore();
    this.browser.focus();
  }

  private async askBeforeClosing(): Promise<void> {
    const { response } = await dialog.showMessageBox(this.browser, {
      type: "warning",
      title: app.name,
      message: words.askToSave,
      detail: words.lostOtherwise,
      buttons: [words.save, words.closeWithout, words.cancel],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    if (response === 2) return;
    if (response === 0) {
      this.closing = true;
      this.send("saveRequested", {});
      return;
    }
    await this.options.abandon();
    this.unsaved = false;
    this.browser.close();
  }
}
