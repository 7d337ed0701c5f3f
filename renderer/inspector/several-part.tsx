/** @file The inspector of several nodes: how many of which kind, their cost together, and switches for all. */
import { costOfNodes, type ChainruleDocument, type GraphId, type NodeId } from "@chainrule/engine/analysis";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { runCommand } from "../commands/run-command";
import { viewNode } from "../nodes/node-view";
import { text } from "../text/text";
import { Button } from "../ui/button";
import { Section } from "../ui/section";
import { CostPart } from "./cost-part";
import { FlagRow } from "./flag-row";
import { PanelHeader } from "./panel-header";

const words = text.inspector;

/** A summary of a selection. */
export function SeveralPart({
  document,
  graph,
  selection,
}: {
  readonly document: ChainruleDocument;
  readonly graph: GraphId;
  readonly selection: readonly NodeId[];
}) {
  const app = useApp();
  const facts = useStore(app.analysis, (state) => state.analysis.graphs.get(graph));
  const nodes = selection.flatMap((id) => {
    const node = document.graphs[graph]?.nodes[id];
    return node === undefined ? [] : [{ id, node }];
  });
  const kinds = new Map<string, { readonly glyph: string; count: number }>();
  for (const { id, node } of nodes) {
    const view = viewNode(document, graph, id, node, app.library);
    const isParameter = view.form === "parameter";
    const title = isParameter ? text.palette.items.parameter.title : view.fullTitle;
    const known = kinds.get(title) ?? { glyph: view.glyph, count: 0 };
    known.count++;
    kinds.set(title, known);
  }
  return (
    <div className="h-full overflow-y-auto" data-testid="several">
      <PanelHeader glyph={nodes.length} title={words.several(nodes.length)} line={words.kinds(kinds.size)} />
      <FlagRow nodes={nodes.map(({ node }) => node)} />
      <Section title={words.selected}>
        {[...kinds].map(([title, { glyph, count }]) => (
          <div key={title} className="flex h-6 items-center gap-2.5 text-small">
            <span className="w-5 shrink-0 text-center font-mono text-caption text-text3">{glyph}</span>
            <span className="min-w-0 flex-1 truncate">{title}</span>
            <span className="font-mono text-[11.5px] text-text2">{count}</span>
          </div>
        ))}
        <div className="mt-2 flex flex-wrap gap-1.5">
          <Button onClick={() => runCommand(app, "makeModule")}>{text.commands.makeModule}</Button>
          <Button onClick={() => runCommand(app, "frameSelection")}>{text.commands.frame}</Button>
        </div>
      </Section>
      <CostPart cost={facts === undefined ? undefined : costOfNodes(facts, selection)} />
    </div>
  );
}
