/** @file Answers the contract's calls: from the right page, with a payload that its schema accepts, or not at all. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { dialog, ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from "electron";
import { channels, type Answer } from "../contract/bridge";
import { calls, isCallName, readPayload, type CallName, type Reply, type Request } from "../contract/calls";
import { appOrigin } from "./app-scheme";
import type { AppMenu } from "./app-menu";
import type { AppWindow } from "./app-window";
import { writeAtomically } from "./atomic-file";
import type { EngineWindow } from "./engine-window";
import type { Journal } from "./journal";
import type { KnownFiles, ReadFile } from "./known-files";

export interface Shell {
  readonly window: AppWindow;
  readonly engine: EngineWindow;
  readonly files: KnownFiles;
  readonly journal: Journal;
  readonly menu: AppMenu;
  /** The document the app was started with; given once. */
  takeOpened(): Promise<ReadFile | null>;
}

/** An error in the words of a person. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Handlers = { [N in CallName]: (request: Request<N>) => Promise<Reply<N>> };

const filters = [{ name: "Chainrule", extensions: ["chainrule"] }];

async function askToOpen(browser: BrowserWindow, files: KnownFiles): Promise<ReadFile | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(browser, { properties: ["openFile"], filters });
  const [chosen] = filePaths;
  return canceled || chosen === undefined ? null : files.read(chosen);
}

async function askWhere(browser: BrowserWindow, suggestedName: string): Promise<string | null> {
  const defaultPath = path.basename(suggestedName);
  const { canceled, filePath } = await dialog.showSaveDialog(browser, { defaultPath, filters });
  if (canceled || filePath === undefined || filePath === "") return null;
  return path.extname(filePath) === "" ? `${filePath}.chainrule` : filePath;
}

async function askAndExport(browser: BrowserWindow, { name, files }: Request<"exportFiles">): Promise<boolean> {
  const { canceled, filePaths } = await dialog.showOpenDialog(browser, {
    properties: ["openDirectory", "createDirectory"],
  });
  const [chosen] = filePaths;
  if (canceled || chosen === undefined) return false;
  const folder = path.join(chosen, name);
  for (const file of files) {
    const target = path.join(folder, ...file.path.split("/"));
    await mkdir(path.dirname(target), { recursive: true });
    await writeAtomically(target, file.content);
  }
  return true;
}

function handlersOf({ window, engine, files, journal, menu, takeOpened }: Shell): Handlers {
  return {
    async start() {
      const opened = await takeOpened().catch((error: unknown) => {
        window.send("failed", { why: reasonOf(error) });
        return null;
      });
      return { opened, recent: files.recent() };
    },
    open: () => askToOpen(window.browser, files),
    openRecent: async ({ key }) => {
      const known = files.pathOf(key);
      return known === null ? null : files.read(known);
    },
    async save({ key, suggestedName, text }) {
      const known = key === null ? null : files.pathOf(key);
      const target = known ?? (await askWhere(window.browser, suggestedName));
      if (target === null) {
        window.keepOpen();
        return null;
      }
      await writeAtomically(target, text);
      return files.remember(target);
    },
    exportFiles: (request) => askAndExport(window.browser, request),
    listJournal: () => journal.list(),
    writeJournal: async ({ entry }) => {
      await journal.write(entry);
      return null;
    },
    releaseJournal: async () => {
      await journal.release();
      return null;
    },
    discardJournal: async ({ id }) => {
      await journal.discard(id);
      return null;
    },
    describe: async ({ title, unsaved }) => {
      window.describe(title, unsaved);
      return null;
    },
    describeMenu: async ({ menu: described }) => {
      menu.describe(described);
      return null;
    },
    editField: async ({ what }) => {
      window.browser.webContents[what]();
      return null;
    },
    connectEngine: () => engine.connect(window.browser.webContents),
    engineFailed: async ({ why }) => {
      engine.fail(why);
      return null;
    },
  };
}

/** The page's own document on the app's scheme; frames inside it and pages elsewhere have no say. */
function isTrusted(event: IpcMainInvokeEvent, from: "window" | "engine", shell: Shell): boolean {
  const { sender, senderFrame } = event;
  const isPage = from === "window" ? sender === shell.window.browser.webContents : shell.engine.isSender(sender);
  return isPage && senderFrame === sender.mainFrame && senderFrame.url.startsWith(`${appOrigin}/`);
}

/** From now on calls are answered. */
export function answerCalls(shell: Shell): void {
  const handlers = handlersOf(shell);
  const run = <N extends CallName>(name: N, payload: unknown): Promise<Reply<N>> =>
    handlers[name](readPayload(name, calls[name].request, payload) as Request<N>);
  ipcMain.removeHandler(channels.call);
  ipcMain.handle(channels.call, async (event, name: unknown, payload: unknown): Promise<Answer> => {
    try {
      if (!isCallName(name)) throw new Error("contract: there is no such call.");
      if (!isTrusted(event, calls[name].from, shell)) throw new Error(`contract › ${name}: refused to this page.`);
      return { ok: true, value: await run(name, payload) };
    } catch (error) {
      return { ok: false, message: reasonOf(error) };
    }
  });
}
