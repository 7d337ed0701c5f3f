/** @file The search that adds a node at the cursor, or at the end of a dropped edge. */
import { Command } from "cmdk";
import { useMemo, useState } from "react";
import { useApp } from "../app/app";
import { text } from "../text/text";
import type { AddRequest } from "./add-request";
import { paletteItems, searchItems } from "./items";
import { recentItems, rememberItem } from "./recent-items";

interface AddSearchProps {
  readonly request: AddRequest;
  readonly graph: string;
  readonly onClose: () => void;
}

const width = 300;
const height = 340;

/** A list that narrows as one types; Enter adds the first. */
export function AddSearch({ request, graph, onClose }: AddSearchProps) {
  const app = useApp();
  const [query, setQuery] = useState("");
  const { from } = request;
  const items = useMemo(() => {
    const all = paletteItems(app.history.document(), graph);
    const fits = all.filter(
      (item) => from === null || (from.side === "output" ? item.inputs.length > 0 : item.outputs.length > 0),
    );
    const recent = recentItems();
    return [...fits].sort((a, b) => (recent.get(b.key) ?? -1) - (recent.get(a.key) ?? -1));
  }, [app, from, graph]);
  const shown = searchItems(items, query).slice(0, 60);
  const left = Math.max(8, Math.min(request.screen.x, window.innerWidth - width - 8));
  const top = Math.max(8, Math.min(request.screen.y, window.innerHeight - height - 8));
  const close = (): void => {
    onClose();
    app.canvas.focus();
  };
  return (
    <>
      <div className="fixed inset-0 z-30" onPointerDown={close} aria-hidden />
      <Command
        shouldFilter={false}
        loop
        label={text.canvas.addNode}
        className="fixed z-40 flex flex-col overflow-hidden rounded-card border border-line2 bg-raised shadow-menu"
        style={{ left, top, width, maxHeight: height }}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            close();
          }
        }}
      >
        <Command.Input
          autoFocus
          value={query}
          onValueChange={setQuery}
          placeholder={text.canvas.addNode}
          className="h-9 w-full shrink-0 border-b border-line bg-transparent px-3 outline-none placeholder:text-text3"
        />
        <Command.List className="min-h-0 flex-1 overflow-y-auto p-1">
          <Command.Empty className="p-3 text-small text-text2">{text.palette.noMatch(query)}</Command.Empty>
          {shown.map((item) => (
            <Command.Item
              key={item.key}
              value={item.key}
              onSelect={() => {
                rememberItem(item.key);
                app.edits.placeItem(graph, item.key, request.position, null, from);
                close();
              }}
              className="flex items-center gap-2 rounded-node px-2 py-1 data-[selected=true]:bg-hover"
            >
              <span className="w-6 shrink-0 text-center font-mono text-[11px] text-text3">{item.glyph}</span>
              <span className="min-w-0 flex-1">
                <span className="flex items-baseline gap-2">
                  <span className="font-[550]">{item.title}</span>
                  <span className="truncate font-mono text-tick text-text3">{item.hint}</span>
                </span>
                <span className="block truncate text-caption text-text3">{item.summary}</span>
              </span>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </>
  );
}
