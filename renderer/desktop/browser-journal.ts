/** @file The journal in the browser's own storage. What a tab works on is locked by it, so that no other tab offers it. */
import { createStore as createDatabase, del, entries, set } from "idb-keyval";
import type { Desktop, JournalEntry } from "./desktop";

const lockOf = (id: string): string => `journal ${id}`;

export function createBrowserJournal(): Desktop["journal"] {
  const database = createDatabase("chainrule-journal", "entries");
  let own: { readonly id: string; readonly release: () => void } | null = null;

  /** The lock ends with the tab, however it ends. */
  function hold(id: string): void {
    if (own?.id === id) return;
    own?.release();
    const released = new Promise<void>((release) => (own = { id, release }));
    void navigator.locks.request(lockOf(id), () => released);
  }

  return {
    async list() {
      const { held = [] } = await navigator.locks.query();
      const locked = new Set(held.map(({ name }) => name));
      const found = await entries<string, JournalEntry>(database);
      return found
        .map(([, entry]) => entry)
        .filter(({ id }) => !locked.has(lockOf(id)))
        .sort((a, b) => b.savedAt - a.savedAt);
    },
    write(entry) {
      hold(entry.id);
      return set(entry.id, entry, database);
    },
    async release() {
      own?.release();
      own = null;
    },
    discard: (id) => del(id, database),
  };
}
