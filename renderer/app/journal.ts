/** @file The recovery journal: unsaved work is written down within a second, and offered again after a crash. */
import { printDocument } from "@chainrule/engine/analysis";
import type { Desktop } from "../desktop/desktop";
import type { DocumentHistory } from "../document/history";
import type { Workspace } from "../workspace/workspace";

const delayMs = 400;

export interface Journal {
  /** Another document is open: what was written of the one before is done with. */
  begin(): void;
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
  const forget = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    edits = 0;
    void desktop.journal.discard(id);
  };
  history.subscribe((change) => {
    if (change.replaced) return;
    edits++;
    timer ??= setTimeout(write, delayMs);
  });
  return {
    begin() {
      forget();
      id = crypto.randomUUID();
    },
    saved: forget,
  };
}
