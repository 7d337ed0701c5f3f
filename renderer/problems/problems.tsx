/** @file Problems: every diagnostic with its place and its one-click fixes. */
import { printMessage, type Diagnostic } from "@chainrule/engine/analysis";
import { AlertTriangle, CircleX, Info, Wand2 } from "lucide-react";
import type { ReactNode } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { goTo } from "../canvas/go-to";
import { text } from "../text/text";
import { Button } from "../ui/button";
import { Empty } from "../ui/section";
import { showRunProblem, useRunProblem, type RunProblem } from "./run-problem";

const words = text.problems;
const icons = { error: CircleX, warning: AlertTriangle, hint: Info } as const;
const inks = { error: "text-err", warning: "text-warn", hint: "text-text3" } as const;

interface LineProps {
  readonly severity: Diagnostic["severity"];
  readonly graph: string;
  readonly onShow: () => void;
  readonly fixes?: ReactNode;
  readonly children: ReactNode;
}

function Line({ severity, graph, onShow, fixes, children }: LineProps) {
  const Icon = icons[severity];
  return (
    <li className="flex min-h-8 items-center gap-3 border-b border-line px-3 py-1.5 hover:bg-hover">
      <Icon size={15} strokeWidth={1.75} className={`shrink-0 ${inks[severity]}`} aria-label={severity} />
      <button type="button" className="min-w-0 flex-1 text-left [overflow-wrap:anywhere] select-text" onClick={onShow}>
        {children}
        <span className="ml-2 text-caption whitespace-nowrap text-text3">{graph}</span>
      </button>
      {fixes}
    </li>
  );
}

function Row({ diagnostic }: { readonly diagnostic: Diagnostic }) {
  const app = useApp();
  const { place, severity, where } = diagnostic;
  const node = place.node ?? place.edge?.[0];
  return (
    <Line
      severity={severity}
      graph={app.history.document().graphs[place.graph]?.name ?? ""}
      onShow={() => goTo(app, place.graph, node === undefined ? [] : [node])}
      fixes={diagnostic.fixes.slice(0, 2).map((fix) => (
        <Button key={fix.title} icon={Wand2} onClick={() => app.edits.applyFix(place.graph, fix)}>
          {fix.title}
        </Button>
      ))}
    >
      <span className="font-semibold">{where}:</span> {printMessage(diagnostic.code, diagnostic.parameters)}
    </Line>
  );
}

function RunRow({ problem }: { readonly problem: RunProblem }) {
  const app = useApp();
  const { node, message } = problem;
  const graph = node === null ? "" : (app.history.document().graphs[node.graph]?.name ?? "");
  return (
    <Line severity="error" graph={graph} onShow={() => showRunProblem(app, problem)}>
      <span className="font-semibold">{words.run(problem.step)}:</span> {message}
    </Line>
  );
}

/** What ended the run, then what is wrong with the document, errors first. */
export function Problems() {
  const app = useApp();
  const diagnostics = useStore(app.analysis, (state) => state.analysis.diagnostics);
  const ended = useRunProblem();
  if (diagnostics.length === 0 && ended === null) return <Empty title={words.noneTitle} sentence={words.none} />;
  return (
    <ul className="h-full overflow-y-auto" data-testid="problems">
      {ended !== null && <RunRow problem={ended} />}
      {diagnostics.map((diagnostic) => (
        <Row key={JSON.stringify([diagnostic.code, diagnostic.place, diagnostic.parameters])} diagnostic={diagnostic} />
      ))}
    </ul>
  );
}
