/** @file The served app in Chromium. The pickers of the operating system are answered with files of the page's private file system. */
import type { Browser, Page } from "@playwright/test";
import { launchBrowser } from "../scripts/browser.mjs";
import type { AppHost } from "./journey";

/** Runs in the page before its scripts. */
function answerPickers(): void {
  const asked = { name: "" };
  const pick = async (): Promise<FileSystemFileHandle> =>
    (await navigator.storage.getDirectory()).getFileHandle(asked.name, { create: true });
  Object.assign(window, {
    e2eChoose: (name: string) => (asked.name = name),
    showSaveFilePicker: pick,
    showOpenFilePicker: async () => [await pick()],
  });
}

async function choose(page: Page, name: string): Promise<void> {
  await page.evaluate((chosen) => {
    (window as unknown as { e2eChoose(name: string): void }).e2eChoose(chosen);
  }, name);
}

let running: Promise<Browser> | null = null;

/** Opens the app in a page of its own; one browser serves them all. */
export async function openInBrowser(): Promise<AppHost> {
  running ??= launchBrowser();
  const browser = await running;
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(answerPickers);
  const page = await context.newPage();
  return {
    kind: "browser",
    page,
    address: process.env["CHAINRULE_E2E_ADDRESS"] ?? "",
    chooseFile: (name) => choose(page, name),
    writeFile: (name, text) =>
      page.evaluate(
        async ([file, content]) => {
          const handle = await (await navigator.storage.getDirectory()).getFileHandle(file, { create: true });
          const stream = await handle.createWritable();
          await stream.write(content);
          await stream.close();
        },
        [name, text] as const,
      ),
    readFile: (name) =>
      page.evaluate(async (file) => {
        const handle = await (await navigator.storage.getDirectory()).getFileHandle(file);
        return (await handle.getFile()).text();
      }, name),
    async killEngine() {
      const engine = page.workers().find((worker) => worker.url().includes("web-worker"));
      if (engine === undefined) throw new Error("journeys: found no Worker of the engine.");
      await engine.evaluate(() => self.close());
    },
    close: () => context.close(),
  };
}
