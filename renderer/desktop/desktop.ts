/** @file What a window needs of the machine around it: files, recent files, the recovery journal. Electron and browsers implement it. */
import type { StoreApi } from "zustand/vanilla";

/** A file as the shell names it: an opaque key to save to again, and what a person reads. */
export interface FileReference {
  readonly key: string;
  readonly name: string;
  /** Its folder, or "this browser". */
  readonly where: string;
}

export interface OpenedFile {
  readonly file: FileReference;
  readonly bytes: Uint8Array;
}

/** Unsaved work of a session that ended without saving. */
export interface JournalEntry {
  readonly id: string;
  readonly name: string;
  /** The file it was opened from, if any. */
  readonly fileName: string | null;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly edits: number;
  readonly text: string;
}

export interface Desktop {
  readonly kind: "electron" | "browser";
  readonly recent: StoreApi<readonly FileReference[]>;
  /** Asks for a file; null when the person closed the dialog. */
  open(): Promise<OpenedFile | null>;
  openRecent(key: string): Promise<OpenedFile | null>;
  /** Writes to a file known by key, or asks where; null when the person closed the dialog. */
  save(key: string | null, suggestedName: string, text: string): Promise<FileReference | null>;
  /** Writes files that belong together, such as an exported project; false when the person closed the dialog. */
  exportFiles(
    name: string,
    files: readonly { readonly path: string; readonly content: string | Uint8Array }[],
  ): Promise<boolean>;
  readonly journal: {
    /** What was left behind: all but what a window writes now. */
    list(): Promise<readonly JournalEntry[]>;
    /** The entry is this window's own until it writes another or lets go. */
    write(entry: JournalEntry): Promise<void>;
    /** This window works on another document; what it wrote last is left to be offered. */
    release(): Promise<void>;
    discard(id: string): Promise<void>;
  };
  /** Tells the shell whether closing would lose work, and the window's title. */
  describe(title: string, unsaved: boolean): void;
}
