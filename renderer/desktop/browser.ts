/** @file The browser's Desktop: File System Access where there is one, otherwise upload and download; IndexedDB for the rest. */
import { createStore as createDatabase, entries, get, set } from "idb-keyval";
import { createStore } from "zustand/vanilla";
import { text } from "../text/text";
import { createBrowserJournal } from "./browser-journal";
import type { Desktop, FileReference, OpenedFile } from "./desktop";

interface FileHandle {
  readonly name: string;
  getFile(): Promise<File>;
  isSameEntry(other: FileHandle): Promise<boolean>;
  createWritable(): Promise<{ write(data: string | Uint8Array): Promise<void>; close(): Promise<void> }>;
  requestPermission?(options: { mode: "readwrite" | "read" }): Promise<string>;
}

interface DirectoryHandle {
  getDirectoryHandle(name: string, options: { create: true }): Promise<DirectoryHandle>;
  getFileHandle(name: string, options: { create: true }): Promise<FileHandle>;
}

interface FilePickers {
  showOpenFilePicker?(options: object): Promise<readonly FileHandle[]>;
  showSaveFilePicker?(options: object): Promise<FileHandle>;
  showDirectoryPicker?(options: object): Promise<DirectoryHandle>;
}

const fileTypes = [{ description: text.appName, accept: { "application/json": [".chainrule"] } }];
const maxRecent = 8;
const mostBytes = 256 * 2 ** 20;

/** null where the person closed the picker; other failures are told. */
async function unlessClosed<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    throw error;
  }
}

async function readFile(file: File): Promise<Uint8Array> {
  if (file.size > mostBytes) throw new Error(text.desktop.tooLarge(file.name, file.size, mostBytes));
  return new Uint8Array(await file.arrayBuffer());
}

function upload(): Promise<File | null> {
  return new Promise((resolve) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".chainrule";
    input.addEventListener("change", () => resolve(input.files?.[0] ?? null));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}

function download(name: string, content: BlobPart): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function writeInto(folder: DirectoryHandle, path: string, content: string | Uint8Array): Promise<void> {
  const parts = path.split("/");
  let place = folder;
  for (const part of parts.slice(0, -1)) place = await place.getDirectoryHandle(part, { create: true });
  const handle = await place.getFileHandle(parts.at(-1) ?? path, { create: true });
  const stream = await handle.createWritable();
  await stream.write(content);
  await stream.close();
}

/** The Desktop of a page. */
export function createBrowserDesktop(): Desktop {
  const pickers = window as unknown as FilePickers;
  const handles = createDatabase("chainrule-files", "handles");
  const recent = createStore<readonly FileReference[]>(() => []);
  void entries<string, { handle: FileHandle; at: number }>(handles).then((found) => {
    const listed = found
      .sort((a, b) => b[1].at - a[1].at)
      .slice(0, maxRecent)
      .map(([key, { handle }]) => ({ key, name: handle.name, where: text.desktop.onThisMachine }));
    recent.setState(listed, true);
  });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved) event.preventDefault();
  });
  let isUnsaved = false;

  /** Files of one name in two folders are two files: the key is that of the file itself. */
  async function keyOf(handle: FileHandle): Promise<string> {
    for (const [key, known] of await entries<string, { handle: FileHandle }>(handles))
      if (await handle.isSameEntry(known.handle)) return key;
    return crypto.randomUUID();
  }

  async function remember(handle: FileHandle): Promise<FileReference> {
    const reference = { key: await keyOf(handle), name: handle.name, where: text.desktop.onThisMachine };
    await set(reference.key, { handle, at: Date.now() }, handles);
    recent.setState(
      [reference, ...recent.getState().filter((known) => known.key !== reference.key)].slice(0, maxRecent),
      true,
    );
    return reference;
  }

  async function opened(handle: FileHandle): Promise<OpenedFile> {
    return { bytes: await readFile(await handle.getFile()), file: await remember(handle) };
  }

  return {
    kind: "browser",
    recent,
    async open() {
      if (pickers.showOpenFilePicker !== undefined) {
        const picked = await unlessClosed(pickers.showOpenFilePicker({ types: fileTypes }));
        return picked?.[0] === undefined ? null : opened(picked[0]);
      }
      const file = await upload();
      if (file === null) return null;
      return { bytes: await readFile(file), file: { key: "", name: file.name, where: text.desktop.uploaded } };
    },
    async openRecent(key) {
      const known = await get<{ handle: FileHandle }>(key, handles);
      if (known === undefined) return null;
      if ((await known.handle.requestPermission?.({ mode: "read" })) === "denied") return null;
      return opened(known.handle);
    },
    async save(key, suggestedName, content) {
      const known = key === null || key === "" ? undefined : await get<{ handle: FileHandle }>(key, handles);
      let handle = known?.handle;
      if (handle === undefined) {
        if (pickers.showSaveFilePicker === undefined) {
          download(suggestedName, content);
          return { key: "", name: suggestedName, where: text.desktop.downloads };
        }
        const picked = await unlessClosed(pickers.showSaveFilePicker({ suggestedName, types: fileTypes }));
        if (picked === null) return null;
        handle = picked;
      }
      // The stream writes to a temporary file and replaces the old one when it is closed.
      const stream = await handle.createWritable();
      await stream.write(content);
      await stream.close();
      return remember(handle);
    },
    async exportFiles(name, files) {
      if (pickers.showDirectoryPicker !== undefined) {
        const folder = await unlessClosed(pickers.showDirectoryPicker({ mode: "readwrite" }));
        if (folder === null) return false;
        const project = await folder.getDirectoryHandle(name, { create: true });
        for (const file of files) await writeInto(project, file.path, file.content);
        return true;
      }
      const { zipSync, strToU8 } = await import("fflate");
      const packed = Object.fromEntries(
        files.map((file) => [
          `${name}/${file.path}`,
          typeof file.content === "string" ? strToU8(file.content) : file.content,
        ]),
      );
      download(`${name}.zip`, zipSync(packed) as Uint8Array<ArrayBuffer>);
      return true;
    },
    journal: createBrowserJournal(),
    describe(title, unsaved) {
      document.title = title;
      isUnsaved = unsaved;
    },
  };
}
