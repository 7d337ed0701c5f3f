/** @file The document under edit: transactions that yield patches, with named undo and redo. Knows no React. */
import { applyPatches, enablePatches, produceWithPatches, type Draft, type Patch } from "immer";
import type { ChainruleDocument } from "@chainrule/engine/analysis";

enablePatches();

/** One undoable step. */
interface Transaction {
  readonly title: string;
  readonly patches: readonly Patch[];
  readonly inverse: readonly Patch[];
  /** Edits in a row under one key, such as the moves of a drag, are one step. */
  readonly mergeKey: string | null;
}

/** What subscribers are told of a change: the new document, and the patches that led to it. */
export interface DocumentChange {
  readonly document: ChainruleDocument;
  readonly revision: number;
  readonly patches: readonly Patch[];
  /** True when the whole document was replaced. */
  readonly replaced: boolean;
}

export interface DocumentHistory {
  document(): ChainruleDocument;
  /** Grows by one with each change, undo and redo included. */
  revision(): number;
  /** Applies an edit; one that changes nothing leaves no step. A refused (thrown) edit changes nothing. */
  edit(title: string, recipe: (draft: Draft<ChainruleDocument>) => void, mergeKey?: string): void;
  /** Ends a merge: the next edit is a step of its own even under the same key. */
  endMerge(): void;
  undo(): void;
  redo(): void;
  /** Titles of what undo and redo would do, or null. */
  undoTitle(): string | null;
  redoTitle(): string | null;
  /** Puts another document in its place; the history starts anew. A recovered one is in no file yet. */
  replace(document: ChainruleDocument, isUnsaved?: boolean): void;
  /** True when the document differs from what was last marked as saved. */
  isUnsaved(): boolean;
  markSaved(): void;
  subscribe(listener: (change: DocumentChange) => void): () => void;
}

/** How many steps can be undone. */
export const historyLimit = 1000;

/** A history that begins with this document. */
export function createHistory(initial: ChainruleDocument): DocumentHistory {
  let current = initial;
  /** The last step done when the document was saved: undoing back to it is saved again. */
  let saved: Transaction | null | undefined = null;
  let revision = 0;
  let done: Transaction[] = [];
  let undone: Transaction[] = [];
  let mergeOpen = false;
  const listeners = new Set<(change: DocumentChange) => void>();

  function publish(next: ChainruleDocument, patches: readonly Patch[], replaced: boolean): void {
    current = next;
    revision++;
    for (const listener of listeners) listener({ document: current, revision, patches, replaced });
  }

  return {
    document: () => current,
    revision: () => revision,
    edit(title, recipe, mergeKey) {
      const [next, patches, inverse] = produceWithPatches(current, recipe);
      if (patches.length === 0) return;
      undone = [];
      const last = done.at(-1);
      if (mergeOpen && mergeKey !== undefined && last?.mergeKey === mergeKey) {
        done[done.length - 1] = {
          ...last,
          patches: [...last.patches, ...patches],
          inverse: [...inverse, ...last.inverse],
        };
      } else {
        done.push({ title, patches, inverse, mergeKey: mergeKey ?? null });
        if (done.length > historyLimit) {
          const dropped = done.shift();
          if (saved === null || saved === dropped) saved = undefined;
        }
      }
      mergeOpen = mergeKey !== undefined;
      publish(next, patches, false);
    },
    endMerge() {
      mergeOpen = false;
    },
    undo() {
      const last = done.pop();
      if (last === undefined) return;
      undone.push(last);
      mergeOpen = false;
      publish(applyPatches(current, [...last.inverse]), last.inverse, false);
    },
    redo() {
      const next = undone.pop();
      if (next === undefined) return;
      done.push(next);
      mergeOpen = false;
      publish(applyPatches(current, [...next.patches]), next.patches, false);
    },
    undoTitle: () => done.at(-1)?.title ?? null,
    redoTitle: () => undone.at(-1)?.title ?? null,
    replace(document, isUnsaved = false) {
      done = [];
      undone = [];
      mergeOpen = false;
      saved = isUnsaved ? undefined : null;
      publish(document, [], true);
    },
    isUnsaved: () => (done.at(-1) ?? null) !== saved,
    markSaved() {
      saved = done.at(-1) ?? null;
      mergeOpen = false;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
