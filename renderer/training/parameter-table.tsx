/** @file Parameters with their value, gradient and update ratio. */
import { visibleMembers, type NodeId } from "@chainrule/engine/analysis";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { portKey, type LiveValue } from "../session/live-values";
import { text } from "../text/text";
import { printNumber } from "../ui/number-text";
import { currentGraph, select } from "../workspace/workspace";

function show(view: LiveValue["value"]): string {
  if (view === null) return "–";
  return view.shape.length === 0 ? printNumber(view.preview.data[0] ?? NaN) : printNumber(view.statistics.rms);
}

function Row({ graph, node, name }: { readonly graph: string; readonly node: NodeId; readonly name: string }) {
  const app = useApp();
  const key = portKey(graph, node, "out");
  const live = useSyncExternalStore(
    (listener) => app.live.subscribe(key, listener),
    () => app.live.get(key),
  );
  return (
    <tr className="hover:bg-hover" onClick={() => select(app.workspace, [node])}>
      <td className="max-w-32 truncate border-b border-line py-1 pl-3">
        <span className="mr-2 text-[9px] text-member">◆</span>
        {name}
      </td>
      <td className="border-b border-line py-1 text-right font-mono select-text">{show(live?.value ?? null)}</td>
      <td className="border-b border-line py-1 pr-3 text-right font-mono select-text">
        {show(live?.gradient ?? null)}
      </td>
    </tr>
  );
}

/** Every parameter of the graph on the canvas. */
export function ParameterTable() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const graphId = useStore(app.workspace, currentGraph) ?? document.root;
  const members = visibleMembers(document, graphId);
  const seen = new Set<string>();
  const rows = Object.entries(document.graphs[graphId]?.nodes ?? {}).flatMap(([id, node]) => {
    const member = node.kind === "call" ? members.get(node.member) : undefined;
    if (node.kind !== "call" || member?.type !== "parameter" || seen.has(node.member)) return [];
    seen.add(node.member);
    return [{ id, name: member.name }];
  });
  return (
    <div className="min-w-0 overflow-y-auto">
      <table className="w-full border-collapse text-small">
        <thead className="sticky top-0 bg-panel text-left text-text3">
          <tr>
            <th className="border-b border-line py-1.5 pl-3 font-normal">{text.training.parameter}</th>
            <th className="border-b border-line py-1.5 text-right font-normal">{text.training.value}</th>
            <th className="border-b border-line py-1.5 pr-3 text-right font-normal">{text.training.grad}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} graph={graphId} node={row.id} name={row.name} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
