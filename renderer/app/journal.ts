/** @file The recovery journal: unsaved work is written down within a second, and offered again after a crash. */
import { printDocument } from "@chainrule/engine/analysis";
import type { Desktop, JournalEntry } from "../desktop/desktop";
import type { DocumentHistory } from "../document/history";
import type { Workspace } from "../workspace/workspace";

const delayMs = 400;

export interface Journal {
  /**
   * Another document is about to open; `entry` is what it was recovered from. What was written of the one before is kept if
   * it is not saved, to be offered again; true then.
   */
  begin(entry?: JournalEntry): boolean;
  /** The document is safe in its file. */
  saved(): void;
}

/** Writes the document down after each edit, at most every 400 ms. */
export function keepJournal(history: DocumentHistory, workspace: Workspace, desktop: Desktop): Journal {
  let id: string = crypto.randomUUID();
  let edits = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const write = (): void => {
    timer = null;
    const document = history.document();
    void desktop.journal.write({
      id,
      name: document.name,
      fileName: workspace.getState().fileName,
      savedAt: Date.now(),
      edits,
      text: printDocument(document),
    });
  };
  const stopTimer = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const forget = (): void => {
    stopTimer();
    edits = 0;
    void desktop.journal.discard(id);
  };
  history.subscribe((change) => {
    if (change.replaced) return;
    edits++;
    timer ??= setTimeout(write, delayMs);
  });
  return {
    begin(entry) {
      const isKept = edits > 0 && history.isUnsaved();
      stopTimer();
      if (isKept) write();
      else forget();
      id = entry?.id ?? crypto.randomUUID();
      edits = entry?.edits ?? 0;
      // It stays in the journal, and is this window's own from now on.
      void (entry === undefined ? desktop.journal.release() : desktop.journal.write(entry));
      return isKept;
    },
    saved: forget,
  };
}
