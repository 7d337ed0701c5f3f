/** @file Live retrain: while a number is dragged, the whole training runs again beside the session and is redrawn. */
import type { Place } from "@chainrule/engine/session";
import type { Settings } from "../app/settings";
import type { DocumentHistory } from "../document/history";
import type { Engine } from "./engine";

/** Under the hand a run takes as many steps as fit into this, so that a change is on screen within 100 ms. */
const underHandMs = 50;
/** What is left is made in parts of this length when the hand has let go. */
const afterMs = 120;
const mostElements = 256;

/** Name of the measure on the page's timeline: from the first change that is drawn to the frame that draws it. */
export const retrainMeasure = "live-retrain";

/** What it needs of the engine. */
export type RetrainEngine = Pick<
  Engine,
  "isRunning" | "retrain" | "showRetrained" | "beginRetraining" | "endRetraining"
> & { readonly state: Pick<Engine["state"], "setState"> };

export interface Retrainer {
  /** The document changes at this moment (milliseconds of the page's clock) and the hand holds on. */
  request(at: number): void;
  /** The hand lets go: the rest of the run is made. */
  release(): void;
}

/** The moment after the next frame has been drawn, in milliseconds of the page's clock. */
function frameDrawn(): Promise<number> {
  return new Promise((resolve) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => resolve(performance.now()), { once: true });
      port1.start();
      port2.postMessage(null);
    }),
  );
}

/** Trains one at a time with the document as it is then; changes that come meanwhile are drawn by the next. */
export function createRetrainer(
  history: DocumentHistory,
  settings: Pick<Settings, "getState">,
  engine: RetrainEngine,
): Retrainer {
  /** The first change that is not on screen yet. */
  let changedAt: number | null = null;
  let isHeld = false;
  let isUnderWay = false;
  /** The revision that was trained last, and whether steps of it are left. */
  let trained = { revision: -1, isLeft: false };

  /** The ports that the fit is drawn from. */
  function plotPlaces(): readonly Place[] {
    const { root, view } = history.document();
    const ports = view.plot === undefined ? [] : [view.plot.x, ...view.plot.y];
    return ports.map(([node, port]): Place => ({ kind: "port", graph: root, node, port }));
  }

  function measure(since: number, steps: number): void {
    void frameDrawn().then((end) => {
      performance.clearMeasures(retrainMeasure);
      performance.measure(retrainMeasure, { start: since, end, detail: { steps } });
      engine.state.setState({ retrainMs: end - since });
    });
  }

  /** Trains a part, and draws it. */
  async function part(goOn: boolean): Promise<void> {
    const [since, wanted, adopt] = [changedAt, history.revision(), !isHeld];
    changedAt = null;
    const { steps } = history.document().training;
    const places = plotPlaces();
    const limitMs = isHeld ? underHandMs : afterMs;
    const reply = await engine.retrain({ steps, goOn, limitMs, places, maxElements: mostElements, adopt });
    const isNew = reply !== null && reply.revision >= wanted;
    // What is under the hand is not the session's yet, even where no step is left.
    trained = { revision: isNew ? reply.revision : wanted, isLeft: isNew && (!adopt || reply.step < steps) };
    if (!isNew) return;
    engine.showRetrained(reply, places);
    if (since !== null) measure(since, reply.step);
  }

  async function go(): Promise<void> {
    while (!engine.isRunning) {
      if (history.revision() !== trained.revision) await part(false);
      else if (trained.isLeft && !isHeld) await part(true);
      else break;
    }
    changedAt = null;
    isUnderWay = false;
    if (!isHeld) engine.endRetraining();
  }

  function begin(): void {
    if (isUnderWay) return;
    isUnderWay = true;
    // The change itself follows in this turn.
    queueMicrotask(() => void go());
  }

  return {
    request(at) {
      if (!settings.getState().liveRetrain || history.document().training.loss === null || engine.isRunning) return;
      changedAt ??= at;
      if (!isHeld) engine.beginRetraining();
      isHeld = true;
      begin();
    },
    release() {
      if (!isHeld) return;
      isHeld = false;
      begin();
    },
  };
}
