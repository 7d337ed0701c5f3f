/** @file The line at the foot: problems, counts, and what is going on. */
import { AlertTriangle, CircleCheck, CircleX } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { showRunProblem, useRunProblem } from "../problems/run-problem";
import { text } from "../text/text";
import { printBytes, printSeconds } from "../ui/number-text";
import { currentGraph } from "../workspace/workspace";
import { useApp } from "./app";

const words = text.status;

/** Samples of the overlay in the last second, counted while a run is on. */
function useSampleRate(isRunning: boolean): number {
  const app = useApp();
  const [rate, setRate] = useState(0);
  useEffect(() => {
    if (!isRunning) return;
    let count = 0;
    const end = app.overlay.subscribe(() => count++);
    const timer = setInterval(() => {
      setRate(count);
      count = 0;
    }, 1000);
    return () => {
      end();
      clearInterval(timer);
      setRate(0);
    };
  }, [app, isRunning]);
  return rate;
}

/** What ended the last run before its end: leads to the node. */
function RunEnd() {
  const app = useApp();
  const problem = useRunProblem();
  if (problem === null) return null;
  return (
    <button
      type="button"
      className="flex min-w-0 items-center gap-1.5 text-err hover:underline"
      title={problem.message}
      onClick={() => showRunProblem(app, problem)}
    >
      <CircleX size={13} strokeWidth={1.75} className="shrink-0" aria-hidden />
      <span className="max-w-[42vw] truncate">
        {words.runEnded(problem.step, problem.node?.name ?? problem.message, problem.node !== null)}
      </span>
    </button>
  );
}

function ProblemCount() {
  const app = useApp();
  const hasFailed = useStore(app.engine.state, ({ failure }) => failure !== null);
  const { diagnostics } = useStore(app.analysis, (state) => state.analysis);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const warnings = diagnostics.filter((diagnostic) => diagnostic.severity === "warning").length;
  if (hasFailed && errors + warnings === 0) return null;
  const Icon = errors > 0 ? CircleX : warnings > 0 ? AlertTriangle : CircleCheck;
  return (
    <button
      type="button"
      className="flex items-center gap-1.5 hover:text-text"
      onClick={() => app.workspace.setState({ bottomTab: "problems", bottomOpen: true })}
    >
      <Icon
        size={13}
        strokeWidth={1.75}
        className={errors > 0 ? "text-err" : warnings > 0 ? "text-warn" : "text-ok"}
        aria-hidden
      />
      {errors + warnings === 0 ? words.noProblems : words.problems(errors, warnings)}
    </button>
  );
}

/** The status bar. */
export function StatusBar() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const graphId = useStore(app.workspace, currentGraph);
  const parameters = useStore(app.analysis, (state) => state.analysis.graphs.get(document.root)?.cost.parameters ?? 0);
  const { bytes, retrainMs, connection, why, run, step, ranMs, paths, kernels, device } = useStore(app.engine.state);
  const tape = useStore(app.timeline, (state) => state.blocks.length);
  const rate = useSampleRate(run === "running");
  const nodes = graphId === null ? 0 : Object.keys(document.graphs[graphId]?.nodes ?? {}).length;
  return (
    <footer className="relative flex h-6 shrink-0 items-center gap-4 overflow-visible border-t border-line bg-panel px-3 text-caption whitespace-nowrap text-text2 [&>span]:shrink-0">
      <RunEnd />
      <ProblemCount />
      <span>{words.counts(nodes, parameters)}</span>
      {ranMs > 0 && step > 0 && <span>{words.ran(step, printSeconds(ranMs / 1000))}</span>}
      <span className="flex-1" />
      {connection !== "ready" && <span className="text-warn">{why ?? text.bar.noDevice}</span>}
      {retrainMs !== null && <span data-testid="retrain-ms">{words.retrained(Math.round(retrainMs))}</span>}
      {rate > 0 && <span>{words.sampled(rate)}</span>}
      {tape > 0 && <span>{words.tape(tape)}</span>}
      {paths > 0 && <span>{words.plans(paths, kernels)}</span>}
      {bytes > 0 && (
        <span>
          {device?.name === "webgpu" ? words.onGpu : words.memory}{" "}
          <span className="font-mono text-tick">{printBytes(bytes)}</span>
        </span>
      )}
    </footer>
  );
}
