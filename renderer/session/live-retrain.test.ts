/** @file Live retrain: one training at a time, the newest document drawn, the rest made when the hand lets go. */
import { readFileSync } from "node:fs";
import { parseDocument } from "@chainrule/engine/analysis";
import type { Reply } from "@chainrule/engine/session";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createHistory } from "../document/history";
import type { RetrainRequest } from "./engine";
import { createRetrainer, retrainMeasure } from "./live-retrain";

const steps = 2000;

/** E03, and an engine that answers when it is told to. */
function hand({ liveRetrain = true, hasLoss = true } = {}) {
  const parsed = parseDocument(readFileSync("assets/examples/poly-autograd.chainrule", "utf8"));
  if (!parsed.ok) throw new Error("E03 was not read");
  const { training } = parsed.document;
  const history = createHistory({ ...parsed.document, training: hasLoss ? training : { ...training, loss: null } });
  const asked: RetrainRequest[] = [];
  const waiting: ((reply: Reply<"retrain"> | null) => void)[] = [];
  const shown: number[] = [];
  const told = { begun: 0, ended: 0, ms: 0 };
  const engine = {
    isRunning: false,
    retrain(request: RetrainRequest) {
      asked.push(request);
      return new Promise<Reply<"retrain"> | null>((resolve) => waiting.push(resolve));
    },
    showRetrained: (reply: Reply<"retrain">) => void shown.push(reply.revision),
    beginRetraining: () => void told.begun++,
    endRetraining: () => void told.ended++,
    state: { setState: (part: unknown) => void (told.ms = (part as { retrainMs: number }).retrainMs) },
  };
  const settings = { getState: () => ({ theme: "dark", motion: "full", autosave: false, liveRetrain }) as const };
  const retrainer = createRetrainer(history, settings, engine);
  return {
    retrainer, history, engine, asked, shown, told,
    /** A step of a drag: the request, and the edit in the same turn. */
    async drag(seed: number, at = performance.now()) {
      retrainer.request(at);
      history.edit("Set seed", (draft) => void (draft.seed = seed), "drag");
      await turn();
    },
    /** Answers the training that was asked for first and not answered yet. */
    async answer(step: number, revision = history.revision()) {
      const nothing = { steps: new Float64Array(), losses: new Float64Array(), sample: new Float32Array(), views: [] };
      waiting.shift()?.({ ...nothing, revision, step, adopted: false });
      await turn();
    },
    async refuse() {
      waiting.shift()?.(null);
      await turn();
    },
  }; // prettier-ignore
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  vi.stubGlobal("requestAnimationFrame", (draw: (at: number) => void) => setTimeout(() => draw(performance.now()), 0));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("while the hand holds on", () => {
  it("trains from step 0 as far as a moment allows, beside the session", async () => {
    const { drag, answer, asked, shown, told, history } = hand();
    await drag(1);
    expect(asked).toMatchObject([{ steps, goOn: false, adopt: false }]);
    expect(asked[0]?.limitMs).toBeLessThan(100);
    expect(asked[0]?.places.map((place) => place.port)).toHaveLength(3);
    await answer(900);
    expect(shown).toEqual([history.revision()]);
    expect(asked).toHaveLength(1);
    expect(told).toMatchObject({ begun: 1, ended: 0 });
  });

  it("draws changes that come meanwhile by one training of the last of them", async () => {
    const { drag, answer, asked, shown, history } = hand();
    await drag(1);
    for (const seed of [2, 3, 4]) await drag(seed);
    expect(asked).toHaveLength(1);
    await answer(900, history.revision() - 3);
    expect(shown).toHaveLength(1);
    expect(asked).toHaveLength(2);
    await answer(900);
    expect(shown.at(-1)).toBe(history.revision());
    expect(asked).toHaveLength(2);
  });

  it("does not draw what was trained for an older document", async () => {
    const { drag, answer, shown, history } = hand();
    await drag(1);
    await answer(900, history.revision() - 1);
    expect(shown).toEqual([]);
  });

  it("measures from the first change that is drawn to the frame that draws it", async () => {
    const { drag, answer, told } = hand();
    const since = performance.now() - 40;
    await drag(1, since);
    await answer(900);
    await vi.waitFor(() =>
      expect(performance.getEntriesByName(retrainMeasure).at(-1)?.startTime).toBeCloseTo(since, 3),
    );
    expect(told.ms).toBeGreaterThanOrEqual(40);
  });
});

describe("when the hand lets go", () => {
  it("goes on to the last step, and lets the session take it over", async () => {
    const { retrainer, drag, answer, asked, told } = hand();
    await drag(1);
    await answer(900);
    retrainer.release();
    await turn();
    expect(asked.at(-1)).toMatchObject({ goOn: true, adopt: true });
    await answer(1500);
    expect(asked).toHaveLength(3);
    expect(told.ended).toBe(0);
    await answer(steps);
    expect(asked).toHaveLength(3);
    expect(told).toMatchObject({ begun: 1, ended: 1 });
  });

  it("asks once more even where no step was left under the hand: that run was not the session's", async () => {
    const { retrainer, drag, answer, asked, told } = hand();
    await drag(1);
    await answer(steps);
    retrainer.release();
    await turn();
    expect(asked.at(-1)).toMatchObject({ goOn: true, adopt: true });
    await answer(steps);
    expect(told.ended).toBe(1);
  });

  it("ends where the engine refuses", async () => {
    const { retrainer, drag, refuse, asked, shown, told } = hand();
    await drag(1);
    retrainer.release();
    await refuse();
    expect([asked.length, shown.length, told.ended]).toEqual([1, 0, 1]);
  });
});

describe("no training is made again", () => {
  it("where it is switched off, where there is no loss, and while a run is on", async () => {
    const off = hand({ liveRetrain: false });
    await off.drag(1);
    const lossless = hand({ hasLoss: false });
    await lossless.drag(1);
    const running = hand();
    running.engine.isRunning = true;
    await running.drag(1);
    for (const { asked, told } of [off, lossless, running]) expect([asked.length, told.begun]).toEqual([0, 0]);
  });

  it("on a release without a change", async () => {
    const { retrainer, asked, told } = hand();
    retrainer.release();
    await turn();
    expect([asked.length, told.ended]).toEqual([0, 0]);
  });
});
