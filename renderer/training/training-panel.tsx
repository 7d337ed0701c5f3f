/** @file The training panel: loss, fit, and parameters with their update ratio. */
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { Empty } from "../ui/section";
import { FitPlot } from "./fit-plot";
import { LossChart } from "./loss-chart";
import { ParameterTable } from "./parameter-table";

/** Loss, fit, parameters. */
export function TrainingPanel() {
  const app = useApp();
  const hasRun = useStore(app.engine.state, (state) => state.curve.steps.length > 0);
  if (!hasRun) return <Empty sentence={text.training.empty} />;
  return (
    <div className="grid h-full grid-cols-[1.4fr_1fr_minmax(240px,1.1fr)] divide-x divide-line">
      <LossChart />
      <FitPlot />
      <ParameterTable />
    </div>
  );
}
