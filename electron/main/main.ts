/** @file The desktop app's first line: one instance, its window, its engine, and the files it is asked to open. */
import path from "node:path";
import { app } from "electron";
import { answerCalls, reasonOf } from "./answer-calls";
import { AppMenu } from "./app-menu";
import { AppWindow } from "./app-window";
import { declareAppScheme, serveAppScheme } from "./app-scheme";
import { EngineWindow } from "./engine-window";
import { guardPages } from "./guard";
import { Journal } from "./journal";
import { KnownFiles, type ReadFile } from "./known-files";

const built = path.join(__dirname, "..");
const preload = path.join(__dirname, "preload.cjs");

/** The document among a command line's arguments. */
function documentOf(args: readonly string[], folder: string): string | null {
  const named = args.slice(1).filter((arg) => !arg.startsWith("-") && arg.endsWith(".chainrule"));
  const last = named.at(-1);
  return last === undefined ? null : path.resolve(folder, last);
}

async function start(): Promise<void> {
  await app.whenReady();
  guardPages();
  await serveAppScheme(path.join(built, "renderer"));
  const data = app.getPath("userData");
  const journal = new Journal(path.join(data, "journal"));
  const files = new KnownFiles(path.join(data, "recent.json"), (recent) => {
    menu.setRecent(recent);
    window.send("recent", { recent });
  });
  const menu = new AppMenu({
    command: (id) => window.send("command", { id }),
    openRecent(key) {
      const file = files.pathOf(key);
      if (file !== null) openFromOutside(file);
    },
  });
  menu.setRecent(files.recent());
  const engine = new EngineWindow(preload, (why) => window.send("engineGone", { why }));
  const window = new AppWindow({
    preload,
    stateFile: path.join(data, "window.json"),
    abandon: () => journal.discardOwn(),
    pageBegins: () => void journal.release(),
  });
  let pending = openedEarly ?? documentOf(process.argv, process.cwd());
  let isStarted = false;
  const openFromOutside = (file: string): void => {
    window.focus();
    if (!isStarted) pending = file;
    else
      void files.read(file).then(
        (opened) => window.send("opened", opened),
        (error: unknown) => window.send("failed", { why: reasonOf(error) }),
      );
  };
  answerCalls({
    window,
    engine,
    files,
    journal,
    menu,
    async takeOpened(): Promise<ReadFile | null> {
      isStarted = true;
      const file = pending;
      pending = null;
      return file === null ? null : files.read(file);
    },
  });
  receiveFile = openFromOutside;
  app.on("second-instance", (_, args, folder) => {
    window.focus();
    const file = documentOf(args, folder);
    if (file !== null) openFromOutside(file);
  });
  window.browser.on("closed", () => {
    engine.stop();
    app.quit();
  });
  engine.start();
  await window.load();
}

let openedEarly: string | null = null;
let receiveFile = (file: string): void => {
  openedEarly = file;
};

// Someone who needs another place for the app's data, such as a test, names a folder.
const dataFolder = process.env["CHAINRULE_USER_DATA"];
if (dataFolder !== undefined && dataFolder !== "") app.setPath("userData", path.resolve(dataFolder));

if (app.requestSingleInstanceLock()) {
  // A crash of the GPU process must not cost the window its contexts for good.
  app.disableDomainBlockingFor3DAPIs();
  // Root, as in a container, has no sandbox to switch on; every window asks for its own all the same.
  if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox();
  declareAppScheme();
  app.on("open-file", (event, file) => {
    event.preventDefault();
    receiveFile(file);
  });
  start().catch((error: unknown) => {
    process.stderr.write(`chainrule: ${reasonOf(error)}\n`);
    app.exit(1);
  });
} else {
  app.exit(0);
}
