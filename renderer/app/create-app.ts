/** @file Makes the app: every part once, and how they follow one another. */
import {
  createDocument,
  parseDocument,
  standardLibrary,
  printDocument,
  printDiagnostic,
  type ChainruleDocument,
} from "@chainrule/engine/analysis";
import { createStore } from "zustand/vanilla";
import { CanvasHandle } from "../canvas/canvas-handle";
import { exposeCounters } from "../canvas/commit-counter";
import type { Desktop, JournalEntry } from "../desktop/desktop";
import { createHistory } from "../document/history";
import { rememberThumbnail } from "../gallery/thumbnails";
import { forgetWidths, nodeFonts, nodeLetters } from "../nodes/text-width";
import { Overlay } from "../overlay/overlay";
import { createAnalysisStore } from "../session/analysis-store";
import type { Connect } from "../session/connection";
import { Engine } from "../session/engine";
import { createRetrainer } from "../session/live-retrain";
import { LiveValues } from "../session/live-values";
import { text } from "../text/text";
import { createTimeline, emptyTimeline } from "../timeline/timeline-store";
import { createWorkspace, showDocument } from "../workspace/workspace";
import type { App } from "./app";
import { Edits } from "./edits";
import { followWorkspace } from "./follow";
import { keepJournal } from "./journal";
import { createLeave } from "./leave-document";
import { createSettings, isMotionReduced } from "./settings";

const words = text.desktop;
/** How long after the last edit a document saves itself. */
const autosaveMs = 1500;

/** An app on the gallery, its engine starting. */
export function createApp(desktop: Desktop, connect: Connect): App {
  const history = createHistory(createDocument(words.untitled));
  const workspace = createWorkspace();
  const settings = createSettings();
  const analysis = createAnalysisStore(history);
  const overlay = new Overlay();
  const live = new LiveValues();
  const timeline = createTimeline();
  const fonts = createStore<number>(() => 0);
  const tell: App["tell"] = (tone, sentence) => workspace.setState({ notice: { tone, text: sentence } });
  const engine = new Engine(history, overlay, live, connect, (sentence) => tell("error", sentence));
  const edits = new Edits(history, workspace, (sentence) => tell("error", sentence));
  const journal = keepJournal(history, workspace, desktop);
  let fileKey: string | null = null;

  function show(
    document: ChainruleDocument,
    file: { readonly key: string | null; readonly name: string | null },
    recovered?: JournalEntry,
  ): void {
    fileKey = file.key;
    rememberThumbnail(file.key, document);
    const before = history.document().name;
    const isKept = journal.begin(recovered);
    history.replace(document, recovered !== undefined);
    timeline.setState(emptyTimeline);
    showDocument(workspace, document, file.name);
    if (isKept) tell("info", words.kept(before));
  }

  const app: App = {
    history,
    workspace,
    settings,
    desktop,
    library: standardLibrary,
    analysis,
    engine,
    live,
    timeline,
    overlay,
    canvas: new CanvasHandle(),
    fonts,
    edits,
    motionMs: (ms) => (isMotionReduced(settings.getState().motion) ? 0 : ms),
    retrainer: createRetrainer(history, settings, engine),
    leave: createLeave(history, workspace, () => app.save(false)),
    newDocument: () => app.leave.before(() => show(createDocument(words.untitled), { key: null, name: null })),
    openTemplate: (template, run) =>
      app.leave.before(() => {
        show(template.document, { key: null, name: null });
        if (run) void engine.run();
      }),
    openBytes(bytes, file, recovered) {
      const parsed = parseDocument(bytes, file.name === null ? {} : { file: file.name });
      if (!parsed.ok) {
        const [first] = parsed.diagnostics;
        tell("error", first === undefined ? words.notRead(file.name ?? words.untitled) : printDiagnostic(first));
        return;
      }
      app.leave.before(() => {
        show(parsed.document, file, recovered);
        const [first] = parsed.diagnostics;
        if (recovered !== undefined) tell("info", words.restored(parsed.document.name));
        else if (parsed.readOnly) tell("info", words.readOnly);
        else if (first !== undefined) tell("error", printDiagnostic(first));
      });
    },
    async openFile() {
      const opened = await desktop.open().catch((error: unknown) => tell("error", String(error)));
      if (opened) app.openBytes(opened.bytes, opened.file);
    },
    async openRecent(key) {
      const opened = await desktop.openRecent(key).catch((error: unknown) => tell("error", String(error)));
      if (opened) app.openBytes(opened.bytes, opened.file);
    },
    async save(as) {
      const document = history.document();
      const name =
        workspace.getState().fileName ??
        `${document.name.replace(/[^\p{L}\p{N} _-]/gu, "").trim() || words.untitled}.chainrule`;
      try {
        const file = await desktop.save(as ? null : fileKey, name, printDocument(document));
        if (file === null) return;
        fileKey = file.key;
        rememberThumbnail(file.key, document);
        history.markSaved();
        journal.saved();
        workspace.setState({ fileName: file.name });
        tell("info", words.saved(file.name));
      } catch (error) {
        tell("error", words.notSaved(error instanceof Error ? error.message : String(error)));
      }
    },
    toGallery: () => workspace.setState({ screen: "gallery" }),
    tell,
  };

  // Saving by itself only ever writes to a file that the person has chosen.
  let autosaving: ReturnType<typeof setTimeout> | null = null;
  history.subscribe((change) => {
    if (autosaving !== null) clearTimeout(autosaving);
    autosaving = null;
    if (change.replaced || fileKey === null || fileKey === "" || !settings.getState().autosave) return;
    autosaving = setTimeout(() => void app.save(false), autosaveMs);
  });

  followWorkspace(app);
  exposeCounters(
    () => overlay.counters(),
    () => overlay.updates,
  );
  void Promise.all(nodeFonts.map((font) => document.fonts.load(font, nodeLetters))).then(() => {
    forgetWidths();
    fonts.setState((count) => count + 1, true);
  });
  void engine.start();
  return app;
}
