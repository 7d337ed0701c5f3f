/** @file Problems: every diagnostic with its place and its one-click fixes. */
import { printMessage, type Diagnostic } from "@chainrule/engine/analysis";
import { AlertTriangle, CircleX, Info, Wand2 } from "lucide-react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { Button } from "../ui/button";
import { Empty } from "../ui/section";
import { select } from "../workspace/workspace";

const icons = { error: CircleX, warning: AlertTriangle, hint: Info } as const;
const inks = { error: "text-err", warning: "text-warn", hint: "text-text3" } as const;

function Row({ diagnostic }: { readonly diagnostic: Diagnostic }) {
  const app = useApp();
  const { place } = diagnostic;
  const Icon = icons[diagnostic.severity];
  const document = app.history.document();
  const show = (): void => {
    const node = place.node ?? place.edge?.[0];
    const root = document.root;
    app.workspace.setState({
      path:
        place.graph === root
          ? [{ graph: root, through: null }]
          : [
              { graph: root, through: null },
              { graph: place.graph, through: null },
            ],
    });
    if (node !== undefined) {
      select(app.workspace, [node]);
      app.canvas.fit([node]);
    }
  };
  return (
    <li className="flex min-h-8 items-center gap-3 border-b border-line px-3 py-1.5 hover:bg-hover">
      <Icon
        size={15}
        strokeWidth={1.75}
        className={`shrink-0 ${inks[diagnostic.severity]}`}
        aria-label={diagnostic.severity}
      />
      <button type="button" className="min-w-0 flex-1 text-left [overflow-wrap:anywhere] select-text" onClick={show}>
        <span className="font-semibold">{diagnostic.where}:</span>{" "}
        {printMessage(diagnostic.code, diagnostic.parameters)}
        <span className="ml-2 text-caption whitespace-nowrap text-text3">
          {document.graphs[place.graph]?.name ?? ""}
        </span>
      </button>
      {diagnostic.fixes.slice(0, 2).map((fix) => (
        <Button key={fix.title} icon={Wand2} onClick={() => app.edits.applyFix(place.graph, fix)}>
          {fix.title}
        </Button>
      ))}
    </li>
  );
}

/** The list, errors first. */
export function Problems() {
  const app = useApp();
  const diagnostics = useStore(app.analysis, (state) => state.analysis.diagnostics);
  if (diagnostics.length === 0) return <Empty title={text.problems.noneTitle} sentence={text.problems.none} />;
  return (
    <ul className="h-full overflow-y-auto">
      {diagnostics.map((diagnostic) => (
        <Row key={JSON.stringify([diagnostic.code, diagnostic.place, diagnostic.parameters])} diagnostic={diagnostic} />
      ))}
    </ul>
  );
}
