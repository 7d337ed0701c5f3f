/** @file Where playing stops: breakpoints of nodes, NaN, and gradients above a size; each can be taken away, + adds one. */
import type { GraphId, NodeId } from "@chainrule/engine/analysis";
import { Plus, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { Menu, MenuItem, MenuLine } from "../ui/menu";
import { useNames } from "./names";

const words = text.timeline;
const limits = [1, 1e3, 1e6, 1e9] as const;

function Stop({ label, onRemove }: { readonly label: string; readonly onRemove: () => void }) {
  return (
    <span className="flex h-5 shrink-0 items-center gap-1 rounded-field bg-raised pr-0.5 pl-1.5 font-mono text-tick text-text2">
      <span className="max-w-24 truncate">{label}</span>
      <button
        type="button"
        aria-label={words.removeStop(label)}
        className="rounded-field p-px text-text3 hover:bg-hover hover:text-text"
        onClick={onRemove}
      >
        <X size={11} aria-hidden />
      </button>
    </span>
  );
}

/** The list, and the menu of what can be added. */
export function Stops() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const { stopOnNaN, stopAbove, timeline } = useStore(app.timeline);
  const selection = useStore(app.workspace, (state) => state.selection);
  const names = useNames(timeline);
  const marked = Object.entries(document.graphs).flatMap(([graph, { nodes }]) =>
    Object.entries(nodes).flatMap(([node, { flags }]) => (flags?.breakpoint === true ? [{ graph, node }] : [])),
  );
  const unmark = (graph: GraphId, node: NodeId): void =>
    app.edits.change(text.commands.toggleBreakpoint, (draft) => {
      delete draft.graphs[graph]?.nodes[node]?.flags?.breakpoint;
    });
  const count = marked.length + (stopOnNaN ? 1 : 0) + (stopAbove === null ? 0 : 1);
  return (
    <div className="flex min-w-0 items-center gap-1.5">
      <span className="flex shrink-0 items-center gap-1.5 text-small text-text2">
        <span className={`size-2 rounded-full ${count > 0 ? "bg-err" : "bg-line2"}`} aria-hidden />
        {words.stopAt}
      </span>
      {marked.map(({ graph, node }) => (
        <Stop key={`${graph}/${node}`} label={names.nameIn(graph, node)} onRemove={() => unmark(graph, node)} />
      ))}
      {stopOnNaN && <Stop label={words.onNaN} onRemove={() => app.timeline.setState({ stopOnNaN: false })} />}
      {stopAbove !== null && (
        <Stop label={words.onLarge(stopAbove)} onRemove={() => app.timeline.setState({ stopAbove: null })} />
      )}
      <Menu
        align="start"
        trigger={
          <button
            type="button"
            aria-label={words.addStop}
            title={words.addStop}
            className="flex size-6 shrink-0 items-center justify-center rounded-node text-text2 hover:bg-hover hover:text-text"
          >
            <Plus size={14} strokeWidth={1.75} aria-hidden />
          </button>
        }
      >
        <MenuItem
          label={words.atSelected}
          keys="F9"
          disabled={selection.size === 0}
          onSelect={() => app.edits.toggleFlag("breakpoint")}
        />
        <MenuLine />
        <MenuItem
          label={words.onNaN}
          checked={stopOnNaN}
          onSelect={() => app.timeline.setState({ stopOnNaN: !stopOnNaN })}
        />
        {limits.map((limit) => (
          <MenuItem
            key={limit}
            label={words.onLarge(limit)}
            checked={stopAbove === limit}
            onSelect={() => app.timeline.setState({ stopAbove: stopAbove === limit ? null : limit })}
          />
        ))}
      </Menu>
    </div>
  );
}
