/** @file The engine's hidden window: one life of the engine, begun anew whenever it ends. Ports go straight from it to the window. */
import { BrowserWindow, MessageChannelMain, type WebContents } from "electron";
import { channels } from "../contract/bridge";
import { appOrigin } from "./app-scheme";

const mostDeaths = 5;
const deathsWithinMs = 60_000;

export class EngineWindow {
  private window: BrowserWindow | null = null;
  private loaded: Promise<void> = Promise.resolve();
  private isConnected = false;
  private deaths: number[] = [];

  constructor(
    private readonly preload: string,
    private readonly gone: (why: string) => void,
  ) {}

  /** Begins a life, so that the first connection need not wait for it. */
  start(): void {
    const window = new BrowserWindow({
      show: false,
      skipTaskbar: true,
      webPreferences: { preload: this.preload, sandbox: true, contextIsolation: true, backgroundThrottling: false },
    });
    this.window = window;
    this.isConnected = false;
    this.loaded = window.loadURL(`${appOrigin}/engine.html`);
    this.loaded.catch(() => undefined);
    window.webContents.on("render-process-gone", (_, { reason }) => this.end(window, `the process ended: ${reason}`));
    window.on("closed", () => this.end(window, "its window was closed"));
  }

  /** True for the page that runs the engine now. */
  isSender(contents: WebContents): boolean {
    return this.window !== null && !this.window.isDestroyed() && this.window.webContents === contents;
  }

  /** Hands both pages an end of a new channel. A life that was connected before is ended first. */
  async connect(to: WebContents): Promise<null> {
    this.deaths = this.deaths.filter((at) => Date.now() - at < deathsWithinMs);
    if (this.deaths.length >= mostDeaths)
      throw new Error(`engine: it ended ${mostDeaths} times within a minute. Save your work and start the app again.`);
    if (this.isConnected) this.stop();
    if (this.window === null) this.start();
    await this.loaded;
    const { port1, port2 } = new MessageChannelMain();
    this.window?.webContents.postMessage(channels.port, null, [port1]);
    to.postMessage(channels.port, null, [port2]);
    this.isConnected = true;
    return null;
  }

  /** Its Worker failed. */
  fail(why: string): void {
    if (this.window !== null) this.end(this.window, why);
  }

  /** Ends it without a word to anyone. */
  stop(): void {
    const { window } = this;
    this.window = null;
    if (window !== null && !window.isDestroyed()) window.destroy();
  }

  private end(window: BrowserWindow, why: string): void {
    if (this.window !== window) return;
    const wasConnected = this.isConnected;
    this.stop();
    this.deaths.push(Date.now());
    if (wasConnected) this.gone(why);
  }
}
