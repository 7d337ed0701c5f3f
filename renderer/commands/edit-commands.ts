/** @file Commands that change the document. */
import { flushSync } from "react-dom";
import type { App } from "../app/app";
import { printPiece, readPiece, type Piece } from "../document/edits/clipboard";
import { viewNode } from "../nodes/node-view";
import { text } from "../text/text";
import { currentGraph } from "../workspace/workspace";
import { tidy } from "../canvas/layout";
import { defineCommand } from "./define-command";

const words = text.commands;
const isEditor = (app: App): boolean => app.workspace.getState().screen === "editor";
const hasSelection = (app: App): boolean => isEditor(app) && app.workspace.getState().selection.size > 0;
const hasSomething = (app: App): boolean =>
  hasSelection(app) || (isEditor(app) && app.workspace.getState().selectedEdge !== null);

export const undo = defineCommand({
  title: words.undo,
  group: "edit",
  keys: ["Mod+Z"],
  enabled: (app) => isEditor(app) && app.history.undoTitle() !== null,
  detail: (app) => app.history.undoTitle(),
  run: (app) => app.history.undo(),
});

export const redo = defineCommand({
  title: words.redo,
  group: "edit",
  keys: ["Mod+Shift+Z", "Mod+Y"],
  enabled: (app) => isEditor(app) && app.history.redoTitle() !== null,
  detail: (app) => app.history.redoTitle(),
  run: (app) => app.history.redo(),
});

export const addNode = defineCommand({
  title: words.addNode,
  group: "add",
  keys: ["Tab", "Shift+A"],
  enabled: isEditor,
  run: (app) => app.canvas.search(),
});

/** What was copied last here: pasted where the page may not read the clipboard of the system. */
let copied = "";

async function putOnClipboard(piece: Piece): Promise<void> {
  copied = printPiece(piece);
  await navigator.clipboard.writeText(copied).catch(() => undefined);
}

export const copy = defineCommand({
  title: words.copy,
  group: "edit",
  keys: ["Mod+C"],
  enabled: hasSelection,
  async run(app) {
    const piece = app.edits.copySelected();
    if (piece !== null) await putOnClipboard(piece);
  },
});

export const cut = defineCommand({
  title: words.cut,
  group: "edit",
  keys: ["Mod+X"],
  enabled: hasSelection,
  async run(app) {
    const piece = app.edits.copySelected();
    if (piece === null) return;
    await putOnClipboard(piece);
    app.edits.deleteSelected();
  },
});

async function pasteFrom(app: App, keepIncoming: boolean): Promise<void> {
  const piece = readPiece(await navigator.clipboard.readText().catch(() => copied));
  if (piece === null) app.tell("error", text.canvas.notPasted);
  else app.edits.paste(text.undo.paste, piece, { keepIncoming, shareMembers: false });
}

export const paste = defineCommand({
  title: words.paste,
  group: "edit",
  keys: ["Mod+V"],
  enabled: isEditor,
  run: (app) => pasteFrom(app, false),
});

export const pasteWired = defineCommand({
  title: words.pasteWired,
  group: "edit",
  keys: ["Mod+Shift+V"],
  enabled: isEditor,
  run: (app) => pasteFrom(app, true),
});

export const duplicate = defineCommand({
  title: words.duplicate,
  group: "edit",
  keys: ["Mod+D"],
  enabled: hasSelection,
  run: (app) => app.edits.duplicate(false),
});

export const duplicateShared = defineCommand({
  title: words.duplicateShared,
  group: "edit",
  keys: ["Mod+Alt+D"],
  search: ["weight sharing", "use again"],
  enabled: hasSelection,
  run: (app) => app.edits.duplicate(true),
});

export const remove = defineCommand({
  title: words.remove,
  group: "edit",
  keys: ["Delete", "Backspace"],
  enabled: hasSomething,
  run: (app) => app.edits.deleteSelected(),
});

export const dissolve = defineCommand({
  title: words.dissolve,
  group: "edit",
  keys: ["Shift+Delete"],
  enabled: hasSelection,
  run: (app) => app.edits.dissolveSelected(),
});

export const mute = defineCommand({
  title: words.mute,
  group: "edit",
  keys: ["M"],
  enabled: hasSelection,
  run: (app) => app.edits.toggleFlag("muted"),
});

export const bypass = defineCommand({
  title: words.bypass,
  group: "edit",
  keys: ["B"],
  enabled: hasSelection,
  run: (app) => app.edits.toggleFlag("bypassed"),
});

export const freeze = defineCommand({
  title: words.freeze,
  group: "edit",
  keys: ["G"],
  enabled: hasSelection,
  run: (app) => app.edits.toggleFlag("frozen"),
});

export const collapse = defineCommand({
  title: words.collapse,
  group: "edit",
  keys: ["H"],
  enabled: hasSelection,
  run: (app) => app.edits.toggleFlag("collapsed"),
});

export const pin = defineCommand({
  title: words.pin,
  group: "edit",
  keys: ["P"],
  search: ["fix in place", "keep where it is"],
  enabled: hasSelection,
  run: (app) => app.edits.toggleFlag("pinned"),
});

export const frameSelection = defineCommand({
  title: words.frame,
  group: "edit",
  keys: ["Mod+G"],
  enabled: hasSelection,
  run(app) {
    const id = currentGraph(app.workspace.getState());
    const document = app.history.document();
    const graph = id === null ? undefined : document.graphs[id];
    if (id === null || graph === undefined) return;
    const boxes = [...app.workspace.getState().selection].flatMap((node) => {
      const content = graph.nodes[node];
      if (content === undefined) return [];
      const view = viewNode(document, id, node, content, app.library);
      return [{ ...content.position, width: view.width, height: view.height }];
    });
    app.edits.frameSelected(boxes);
  },
});

export const addNote = defineCommand({
  title: words.note,
  group: "add",
  keys: ["C"],
  enabled: isEditor,
  run: (app) => app.edits.addNote(app.canvas.place()),
});

export const makeModule = defineCommand({
  title: words.makeModule,
  group: "edit",
  keys: ["Mod+Shift+E"],
  enabled: hasSelection,
  run: (app) => app.edits.makeModule(),
});

export const unpackModule = defineCommand({
  title: words.unpackModule,
  group: "edit",
  keys: [],
  enabled: hasSelection,
  run: (app) => app.edits.unpackModule(),
});

export const renameNode = defineCommand({
  title: words.rename,
  group: "edit",
  keys: ["F2"],
  enabled: hasSelection,
  run(app) {
    // At once: the next key is the first letter of the name.
    flushSync(() => app.workspace.setState({ codeOpen: false, sideTab: "inspector" }));
    const field = document.querySelector<HTMLInputElement>(
      `[data-testid=inspector] input[aria-label="${text.inspector.name}"]`,
    );
    field?.focus();
    field?.select();
  },
});

export const tidyLayout = defineCommand({
  title: words.layout,
  group: "edit",
  keys: ["Shift+L"],
  search: ["arrange", "elk"],
  enabled: isEditor,
  run: (app) => tidy(app),
});
