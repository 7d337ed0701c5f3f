/** @file Leaving a document: what has unsaved changes is asked about before another takes its place. */
import type { DocumentHistory } from "../document/history";
import type { Workspace } from "../workspace/workspace";

/** The three answers: save first, let the changes go, stay. */
export type LeaveAnswer = "save" | "discard" | "keep";

export interface LeaveDocument {
  /** Goes on at once, or after the question. */
  before(go: () => void): void;
  answer(answer: LeaveAnswer): void;
}

/** `save` resolves once the document is in its file, or the person has closed the dialog that asks where. */
export function createLeave(history: DocumentHistory, workspace: Workspace, save: () => Promise<void>): LeaveDocument {
  let waiting: (() => void) | null = null;
  return {
    before(go) {
      if (!history.isUnsaved()) {
        go();
        return;
      }
      waiting = go;
      workspace.setState({ dialog: "unsaved" });
    },
    answer(answer) {
      const go = waiting;
      waiting = null;
      workspace.setState({ dialog: null });
      if (go === null || answer === "keep") return;
      if (answer === "discard") {
        go();
        return;
      }
      void save().then(() => {
        if (!history.isUnsaved()) go();
      });
    },
  };
}
