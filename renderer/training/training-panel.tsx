/** @file The training panel: loss, fit, and parameters with their update ratio. */
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { runCommand } from "../commands/run-command";
import { shownKeys } from "../commands/shown-keys";
import { text } from "../text/text";
import { Button } from "../ui/button";
import { Empty } from "../ui/section";
import { FitPlot } from "./fit-plot";
import { LossChart } from "./loss-chart";
import { ParameterTable } from "./parameter-table";

const words = text.training;
/** The table takes what its names and numbers need, up to a share; the charts have the rest. */
const withFit =
  "grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_fit-content(46%)] @max-[780px]/training:grid-cols-[minmax(0,1fr)_minmax(0,0.9fr)_minmax(304px,46%)]";
const withoutFit =
  "grid-cols-[minmax(0,1fr)_fit-content(64%)] @max-[780px]/training:grid-cols-[minmax(0,1fr)_minmax(380px,64%)]";

/** Loss, fit where the document plots one, parameters. */
export function TrainingPanel() {
  const app = useApp();
  const hasRun = useStore(app.engine.state, (state) => state.curve.steps.length > 0);
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  if (document.training.loss === null) {
    return (
      <Empty title={words.noLossTitle} sentence={words.noLoss}>
        <Button onClick={() => runCommand(app, "stepOnce")}>{text.commands.stepOnce}</Button>
      </Empty>
    );
  }
  if (!hasRun) return <Empty title={words.emptyTitle} sentence={words.empty} keys={shownKeys("toggleRun")} />;
  const hasFit = document.view.plot !== undefined;
  return (
    <div className="@container/training h-full">
      <div className={`grid h-full divide-x divide-line ${hasFit ? withFit : withoutFit}`}>
        <LossChart />
        {hasFit && <FitPlot />}
        <ParameterTable />
      </div>
    </div>
  );
}
