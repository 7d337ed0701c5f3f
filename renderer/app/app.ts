/** @file The app: the parts that commands and screens work with, made once and handed down. */
import { createContext, useContext } from "react";
import type { Library } from "@chainrule/engine/analysis";
import type { StoreApi } from "zustand/vanilla";
import type { CanvasHandle } from "../canvas/canvas-handle";
import type { Desktop, JournalEntry } from "../desktop/desktop";
import type { DocumentHistory } from "../document/history";
import type { Template } from "../gallery/templates";
import type { Overlay } from "../overlay/overlay";
import type { AnalysisState } from "../session/analysis-store";
import type { Engine } from "../session/engine";
import type { Retrainer } from "../session/live-retrain";
import type { LiveValues } from "../session/live-values";
import type { TimelineState } from "../timeline/timeline-store";
import type { Workspace } from "../workspace/workspace";
import type { Edits } from "./edits";
import type { LeaveDocument } from "./leave-document";
import type { Settings } from "./settings";

/** Everything there is one of in a window. */
export interface App {
  readonly history: DocumentHistory;
  readonly workspace: Workspace;
  readonly settings: Settings;
  readonly desktop: Desktop;
  /** Declared ops, modules and optimisers. */
  readonly library: Library;
  readonly analysis: StoreApi<AnalysisState>;
  readonly engine: Engine;
  readonly live: LiveValues;
  readonly timeline: StoreApi<TimelineState>;
  readonly overlay: Overlay;
  readonly canvas: CanvasHandle;
  /** Grows when fonts arrive and widths must be measured again. */
  readonly fonts: StoreApi<number>;
  readonly edits: Edits;
  /** How long an animation of that length takes: nothing where motion is reduced. */
  motionMs(ms: number): number;
  /** Live retrain: what happens under the hand that drags a number. */
  readonly retrainer: Retrainer;
  readonly leave: LeaveDocument;
  newDocument(): void;
  openTemplate(template: Template, run: boolean): void;
  /** Opens what was read from a file, or from the entry of the journal that holds it. */
  openBytes(
    bytes: Uint8Array,
    file: { readonly key: string | null; readonly name: string | null },
    recovered?: JournalEntry,
  ): void;
  openFile(): Promise<void>;
  openRecent(key: string): Promise<void>;
  save(as: boolean): Promise<void>;
  toGallery(): void;
  /** Says one sentence at the foot of the window. */
  tell(tone: "info" | "error", words: string): void;
}

const AppContext = createContext<App | null>(null);
export const AppProvider = AppContext.Provider;

/** The app of the window a component is drawn in. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error("Invariant: a component was drawn outside AppProvider");
  return app;
}
