/** @file The recovery journal: one flushed file per document under edit, read back at the next start. */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { journalEntry, type SharedJournalEntry } from "../contract/payloads";
import { writeAtomically } from "./atomic-file";

export class Journal {
  /** What the page that is open now writes: its own work, which is not to be offered back to it. */
  private own: string | null = null;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(private readonly folder: string) {}

  private fileOf(id: string): string {
    return path.join(this.folder, `${id}.json`);
  }

  /** One after another, so that an older text never replaces a newer one. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.writing.then(work, work);
    this.writing = done.catch(() => undefined);
    return done;
  }

  /** The page works on another document, or another page begins: what was written last is left to be offered. */
  release(): Promise<void> {
    // In order, so that a write still under way does not make it this page's own again.
    return this.inOrder(() => {
      this.own = null;
      return Promise.resolve();
    });
  }

  /** Entries that nobody works on, newest first. Files that are not entries are passed over. */
  list(): Promise<SharedJournalEntry[]> {
    return this.inOrder(async () => {
      const names = await readdir(this.folder).catch(() => []);
      const found: SharedJournalEntry[] = [];
      for (const name of names.filter((each) => each.endsWith(".json"))) {
        try {
          const read = journalEntry.safeParse(JSON.parse(await readFile(path.join(this.folder, name), "utf8")));
          if (read.success && name === `${read.data.id}.json` && read.data.id !== this.own) found.push(read.data);
        } catch {
          // A half-written or foreign file: nothing to offer.
        }
      }
      return found.sort((a, b) => b.savedAt - a.savedAt);
    });
  }

  /** Resolves when the entry is on the disk. */
  write(entry: SharedJournalEntry): Promise<void> {
    return this.inOrder(async () => {
      this.own = entry.id;
      await mkdir(this.folder, { recursive: true });
      await writeAtomically(this.fileOf(entry.id), JSON.stringify(entry));
    });
  }

  discard(id: string): Promise<void> {
    return this.inOrder(() => rm(this.fileOf(id), { force: true }));
  }

  /** The person closed without saving and said so. */
  async discardOwn(): Promise<void> {
    if (this.own !== null) await this.discard(this.own);
  }
}
