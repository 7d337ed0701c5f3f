/** @file Live retrain: while a number is dragged, the whole training runs again beside the session and is redrawn. */
import type { Place } from "@chainrule/engine/session";
import type { Settings } from "../app/settings";
import type { DocumentHistory } from "../document/history";
import type { Engine } from "./engine";

export interface Retrainer {
  /** Retrains with the document as it is now; while one is under way only the newest wish is kept. */
  request(): void;
}

/** Runs one retrain at a time; a newer change ends the one before. */
export function createRetrainer(history: DocumentHistory, settings: Settings, engine: Engine): Retrainer {
  let under: AbortController | null = null;
  let wanted = false;

  async function go(): Promise<void> {
    under = new AbortController();
    const document = history.document();
    const ports = document.view.plot === undefined ? [] : [document.view.plot.x, ...document.view.plot.y];
    const places = ports.map(([node, port]): Place => ({ kind: "port", graph: document.root, node, port }));
    await engine.retrain(document.training.steps, places, under.signal);
    under = null;
    if (wanted) {
      wanted = false;
      void go();
    }
  }

  return {
    request() {
      if (!settings.getState().liveRetrain || history.document().training.loss === null) return;
      if (under === null) void go();
      else wanted = true;
    },
  };
}
