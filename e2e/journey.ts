/** @file What a journey gets: the app in one of its hosts, watched. A dialog, an error on the console or a violated policy fails it. */
import { expect, test as base, type Page } from "@playwright/test";
import { findRuntime } from "../scripts/desktop-runtime.mjs";
import { openInBrowser } from "./browser-host";
import { openDesktop } from "./desktop-host";

export interface AppHost {
  readonly kind: "browser" | "desktop";
  readonly page: Page;
  readonly address: string;
  /** The next dialog of the operating system is answered with this file. */
  chooseFile(name: string): Promise<void>;
  writeFile(name: string, text: string): Promise<void>;
  readFile(name: string): Promise<string>;
  /** Ends the engine as a crash would. */
  killEngine(): Promise<void>;
  close(): Promise<void>;
}

/** Why there is no desktop to test on this machine, or false. */
export function whyNoDesktop(): string | false {
  if (findRuntime() === null) return "no Electron here; npm run test:desktop fetches one";
  const hasDisplay = process.platform !== "linux" || Boolean(process.env["DISPLAY"]);
  return hasDisplay ? false : "no display here; install xvfb";
}

/** Collects what a page must never do. */
export function watchFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    if (dialog.type() !== "beforeunload") faults.push(`dialog: ${dialog.message()}`);
    void dialog.accept();
  });
  return faults;
}

/** The faults seen so far; a journey that provokes one on purpose takes it out. */
export const faultsOf = new WeakMap<Page, string[]>();

export const test = base.extend<{ host: AppHost; page: Page }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures it needs from this pattern.
  host: async ({}, use, info) => {
    const isDesktop = info.project.name === "desktop";
    const why = isDesktop && whyNoDesktop();
    base.skip(why !== false, why || "");
    const host = isDesktop ? await openDesktop() : await openInBrowser();
    const faults = watchFaults(host.page);
    faultsOf.set(host.page, faults);
    if (!isDesktop) await host.page.goto(host.address);
    await use(host);
    // The picture of a failure says more than its sentence.
    if (info.status !== info.expectedStatus)
      await host.page.screenshot({ path: info.outputPath("failed.png") }).catch(() => undefined);
    await host.close();
    expect(faults).toEqual([]);
  },
  page: async ({ host }, use) => use(host.page),
});

export { expect };
