/** @file Run, step and stop, how far the run is, and its loss. */
import { Pause, Play, Square, StepForward } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { runCommand } from "../commands/run-command";
import { shownKeys } from "../commands/shown-keys";
import type { EngineState } from "../session/run-state";
import { text } from "../text/text";
import { Sparkline } from "../training/sparkline";
import { Button, Hint, IconButton } from "../ui/button";
import { classNames } from "../ui/class-names";
import { printNumber, printSeconds } from "../ui/number-text";
import { useApp } from "./app";

const words = text.bar;

/** The one primary button is Play while a step is on the timeline. */
function useHasPlay(): boolean {
  const app = useApp();
  const isLoaded = useStore(app.timeline, (state) => state.timeline !== null);
  return useStore(app.workspace, (state) => state.bottomOpen && state.bottomTab === "timeline") && isLoaded;
}

/** Run, Pause or Resume; Step; Stop. */
export function RunButtons() {
  const app = useApp();
  const run = useStore(app.engine.state, (state) => state.run);
  const isReady = useStore(app.engine.state, (state) => state.connection === "ready");
  const hasPlay = useHasPlay();
  const isRunning = run === "running" || run === "compiling";
  const word = isRunning ? words.pause : run === "paused" ? words.resume : words.run;
  return (
    <div className="flex shrink-0 items-center gap-1.5">
      <Hint label={word} keys={shownKeys("toggleRun")}>
        <Button
          variant={word === words.run && !hasPlay ? "primary" : "soft"}
          icon={isRunning ? Pause : Play}
          disabled={!isReady}
          className="min-w-[78px] justify-center"
          onClick={() => runCommand(app, "toggleRun")}
        >
          {word}
        </Button>
      </Hint>
      <Hint label={words.step} keys={shownKeys("stepOnce")}>
        <Button icon={StepForward} disabled={!isReady || isRunning} onClick={() => runCommand(app, "stepOnce")}>
          {words.step}
        </Button>
      </Hint>
      <IconButton
        icon={Square}
        label={words.stop}
        keys={shownKeys("stopRun")}
        disabled={run === "idle"}
        onClick={() => runCommand(app, "stopRun")}
      />
    </div>
  );
}

/** What goes on, in a word or a number. */
function aside({ run, stepsPerSecond, ranMs }: EngineState): string {
  switch (run) {
    case "running":
      return stepsPerSecond > 0 ? words.perSecond(printNumber(Math.round(stepsPerSecond))) : "";
    case "done":
      return ranMs > 0 ? printSeconds(ranMs / 1000) : "";
    case "idle":
      return "";
    case "compiling":
    case "paused":
    case "stopped":
    case "failed":
      return words.states[run];
  }
}

/** Steps made of those asked for, with a bar. */
export function Progress() {
  const app = useApp();
  const state = useStore(app.engine.state);
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const { step, run } = state;
  const isUnderWay = run === "running" || run === "compiling";
  const total = isUnderWay && state.steps > 0 ? state.steps : document.training.steps;
  return (
    <div
      className="w-40 shrink-0 max-[1360px]:w-37"
      role="progressbar"
      aria-valuenow={step}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-label={text.panels.training}
    >
      <div className="flex items-baseline justify-between gap-2 font-mono text-small whitespace-nowrap">
        <span data-testid="step">
          <span className="font-semibold">{step.toLocaleString("en-US")}</span>{" "}
          <span className="text-text3">/ {total.toLocaleString("en-US")}</span>
        </span>
        <span
          className={classNames(
            "text-caption",
            run === "failed" ? "text-err" : "text-text3",
            step >= 10_000 && "max-[1360px]:hidden",
          )}
        >
          {aside(state)}
        </span>
      </div>
      <div className="mt-1 h-[3px] overflow-hidden rounded-full bg-line">
        <div
          className={classNames("h-full rounded-full", run === "failed" ? "bg-err" : "bg-accent")}
          style={{ width: `${total > 0 ? Math.min(100, (step / total) * 100) : 0}%` }}
        />
      </div>
    </div>
  );
}

/** The newest loss and the way it came, on a logarithmic scale. */
export function Loss() {
  const app = useApp();
  const curve = useStore(app.engine.state, (state) => state.curve);
  const last = curve.losses.at(-1);
  const isBad = last !== undefined && !Number.isFinite(last);
  return (
    <div className="flex h-full shrink-0 items-center gap-2 border-l border-line pl-3">
      <div className="min-w-14">
        <div className="text-caption leading-3.5 text-text3">{words.loss}</div>
        <div
          className={classNames("font-mono leading-4 text-[12.5px] font-semibold", isBad && "text-err")}
          data-testid="loss"
        >
          {last === undefined ? "–" : printNumber(last)}
        </div>
      </div>
      <Sparkline values={curve.losses} width={84} height={24} className="max-[1360px]:w-12" />
    </div>
  );
}
