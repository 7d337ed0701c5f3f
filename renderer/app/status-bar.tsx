/** @file The line at the foot: problems, counts, what is going on, and what was just said. */
import { AlertTriangle, CircleCheck, CircleX, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { text } from "../text/text";
import { printBytes } from "../ui/number-text";
import { currentGraph } from "../workspace/workspace";
import { useApp } from "./app";

function Notice() {
  const app = useApp();
  const notice = useStore(app.workspace, (state) => state.notice);
  if (notice === null) return null;
  return (
    <div
      role={notice.tone === "error" ? "alert" : "status"}
      className={`absolute bottom-8 left-1/2 z-30 flex max-w-[min(640px,80vw)] -translate-x-1/2 items-start gap-3 rounded-float border bg-raised px-3 py-2 shadow-float ${notice.tone === "error" ? "border-err" : "border-line2"}`}
    >
      <span className="select-text">{notice.text}</span>
      <button
        type="button"
        aria-label={text.dialogs.close}
        className="mt-0.5 text-text3 hover:text-text"
        onClick={() => app.workspace.setState({ notice: null })}
      >
        <X size={14} />
      </button>
    </div>
  );
}

/** The status bar. */
export function StatusBar() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const graphId = useStore(app.workspace, currentGraph);
  const analysis = useStore(app.analysis, (state) => state.analysis);
  const { bytes, retrainMs, connection, why } = useStore(app.engine.state);
  const errors = analysis.diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const warnings = analysis.diagnostics.filter((diagnostic) => diagnostic.severity === "warning").length;
  const nodes = graphId === null ? 0 : Object.keys(document.graphs[graphId]?.nodes ?? {}).length;
  const parameters = analysis.graphs.get(document.root)?.cost.parameters ?? 0;
  const Icon = errors > 0 ? CircleX : warnings > 0 ? AlertTriangle : CircleCheck;
  return (
    <footer className="relative flex h-6 shrink-0 items-center gap-4 border-t border-line bg-panel px-3 text-caption text-text2">
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
        {errors + warnings === 0 ? text.status.noProblems : text.status.problems(errors, warnings)}
      </button>
      <span>{text.status.counts(nodes, parameters)}</span>
      <span className="flex-1" />
      {connection !== "ready" && <span className="text-warn">{why ?? text.bar.noDevice}</span>}
      {retrainMs !== null && <span data-testid="retrain-ms">{text.status.retrained(Math.round(retrainMs))}</span>}
      {bytes > 0 && <span className="font-mono">{printBytes(bytes)}</span>}
      <Notice />
    </footer>
  );
}
