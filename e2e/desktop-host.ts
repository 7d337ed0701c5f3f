/** @file The app in Electron, with folders of its own. The dialogs of the operating system are answered in main. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { _electron, type ElectronApplication, type Page } from "@playwright/test";
import { findRuntime } from "../scripts/desktop-runtime.mjs";
import type { AppHost } from "./journey";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

export interface DesktopHost extends AppHost {
  readonly electron: ElectronApplication;
  /** Where the app keeps its data; another start there finds it again. */
  readonly data: string;
}

/** Longer than any start takes, and shorter than a test. */
const startMs = 30_000;

async function pageNamed(electron: ElectronApplication, name: string): Promise<Page> {
  const isNamed = (page: Page): boolean => page.url() === `app://chainrule/${name}`;
  for (const began = Date.now(); Date.now() - began < startMs;) {
    const found = electron.windows().find(isNamed);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const shown = electron.windows().map((page) => page.url());
  electron.process().kill("SIGKILL");
  throw new Error(`journeys: found no ${name} in Electron after ${startMs / 1000} s, only [${shown.join(", ")}].`);
}

/** Starts the app; `data` is that of an earlier start, or new. */
export async function openDesktop(data = mkdtempSync(path.join(tmpdir(), "chainrule-desktop-"))): Promise<DesktopHost> {
  const executablePath = findRuntime();
  if (executablePath === null) throw new Error("journeys: found no Electron.");
  const { VK_ICD_FILENAMES: _, ...environment } = process.env;
  const env = Object.fromEntries(
    Object.entries({ ...environment, CHAINRULE_USER_DATA: data }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const args = ["--no-sandbox", "--enable-unsafe-swiftshader", root];
  const launch = (): Promise<ElectronApplication> => _electron.launch({ executablePath, args, env, timeout: startMs });
  // Once in some fifty starts Playwright never takes hold of the process that it has begun, and ends it.
  const electron = await launch().catch(launch);
  const page = await pageNamed(electron, "index.html");
  return {
    kind: "desktop",
    electron,
    data,
    page,
    address: "app://chainrule/index.html",
    chooseFile: (name) =>
      electron.evaluate(
        ({ dialog }, file) => {
          dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: file });
          dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] });
        },
        path.join(data, name),
      ),
    writeFile: async (name, text) => writeFileSync(path.join(data, name), text),
    readFile: async (name) => readFileSync(path.join(data, name), "utf8"),
    killEngine: () =>
      electron.evaluate(({ BrowserWindow }) => {
        const engine = BrowserWindow.getAllWindows().find((each) => each.webContents.getURL().endsWith("engine.html"));
        process.kill(engine?.webContents.getOSProcessId() ?? NaN, "SIGKILL");
      }),
    async close() {
      // Unsaved work would ask before it goes: a test ends without it.
      await electron
        .evaluate(({ dialog }) => {
          dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
        })
        .catch(() => undefined);
      await electron.close().catch(() => undefined);
      rmSync(data, { recursive: true, force: true });
    },
  };
}
