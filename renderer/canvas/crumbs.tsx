/** @file Where one is: the graphs from the root to the one on the canvas. */
import { ChevronRight } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { otherSide } from "../app/edits";
import { runCommand } from "../commands/run-command";

/** The breadcrumb at the canvas's top left. */
export function Crumbs() {
  const app = useApp();
  const path = useStore(app.workspace, (state) => state.path);
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const here = path.at(-1)?.graph;
  const beside = here === undefined ? null : otherSide(document, here);
  return (
    <nav className="absolute top-3 left-3 z-10 flex items-center gap-1 text-small font-semibold" aria-label="graphs">
      {path.map((step, i) => (
        <span key={`${step.graph}/${i}`} className="flex items-center gap-1">
          {i > 0 && <ChevronRight size={13} className="text-text3" aria-hidden />}
          <button
            type="button"
            className="rounded-field px-1 hover:bg-hover"
            aria-current={i === path.length - 1 ? "location" : undefined}
            onClick={() =>
              app.workspace.setState({ path: path.slice(0, i + 1), selection: new Set(), selectedEdge: null })
            }
          >
            {document.graphs[step.graph]?.name ?? step.graph}
          </button>
        </span>
      ))}
      {beside !== null && (
        <button
          type="button"
          className="ml-2 rounded-field border border-line2 bg-raised px-1.5 font-normal text-text2 hover:bg-hover"
          onClick={() => runCommand(app, "enterOther")}
        >
          {document.graphs[beside]?.name ?? beside}
        </button>
      )}
    </nav>
  );
}
