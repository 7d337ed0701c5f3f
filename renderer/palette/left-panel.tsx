/** @file The panel on the left: everything that can be added, and the outline of the document. */
import { ChevronRight, Search } from "lucide-react";
import { Tabs } from "radix-ui";
import { useMemo, useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { Keys } from "../ui/button";
import { tabStyle } from "../ui/tab-style";
import { currentGraph, leftTabs } from "../workspace/workspace";
import { paletteItems } from "./items";
import { searchItems } from "./search-items";
import { itemCategories, type PaletteItem } from "./palette-item";
import { Outline } from "./outline";

const words = text.palette;

/** The operands, or the first alone where all of them do not fit. */
function shortHint(hint: string): string {
  return hint.length <= 10 ? hint : (hint.split(",")[0] ?? hint);
}

function Row({ item }: { readonly item: PaletteItem }) {
  const app = useApp();
  const place = (): void => {
    const graph = currentGraph(app.workspace.getState());
    if (graph === null) return;
    app.canvas.pointer = null;
    app.edits.placeItem(graph, item.key, app.canvas.place(), null);
  };
  return (
    <button
      type="button"
      draggable
      title={item.summary}
      onDragStart={(event) => event.dataTransfer.setData("application/x-chainrule-item", item.key)}
      onClick={place}
      className="flex h-7 w-full items-center gap-2 rounded-field px-2 text-left hover:bg-hover"
    >
      <span className="w-5 shrink-0 text-center font-mono text-[11px] text-text3">{item.glyph}</span>
      <span className="min-w-0 flex-1 truncate">{item.title}</span>
      <span className="max-w-18 shrink-0 truncate font-mono text-tick text-text3">{shortHint(item.hint)}</span>
    </button>
  );
}

function AddList() {
  const app = useApp();
  const [query, setQuery] = useState("");
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const graph = useStore(app.workspace, currentGraph);
  const items = useMemo(() => (graph === null ? [] : paletteItems(document, graph)), [document, graph]);
  const shown = searchItems(items, query);
  return (
    <div className="flex h-full flex-col">
      <label className="m-2 flex h-7 shrink-0 items-center gap-1.5 rounded-node border border-line2 bg-field px-2">
        <Search size={14} className="shrink-0 text-text3" aria-hidden />
        <input
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          placeholder={words.search(items.length)}
          aria-label={words.search(items.length)}
          className="w-full min-w-0 bg-transparent text-small outline-none placeholder:text-text3"
        />
        <Keys keys="Tab" />
      </label>
      <div className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-3">
        {query.trim() !== "" && shown.map((item) => <Row key={item.key} item={item} />)}
        {query.trim() !== "" && shown.length === 0 && (
          <p className="p-3 text-small text-text2">{words.noMatch(query)}</p>
        )}
        {query.trim() === "" &&
          itemCategories.map((category) => {
            const inside = items.filter((item) => item.category === category);
            if (inside.length === 0) return null;
            return (
              <details key={category} open className="group">
                <summary className="flex h-7 list-none items-center gap-1.5 px-1.5 text-small text-text2 hover:text-text [&::-webkit-details-marker]:hidden">
                  <ChevronRight
                    size={12}
                    className="text-text3 transition-transform group-open:rotate-90"
                    aria-hidden
                  />
                  <span className="flex-1 font-[550]">{words.categories[category]}</span>
                  <span className="font-mono text-tick text-text3">{inside.length}</span>
                </summary>
                {inside.map((item) => (
                  <Row key={item.key} item={item} />
                ))}
              </details>
            );
          })}
      </div>
    </div>
  );
}

/** Add and Outline. */
export function LeftPanel() {
  const app = useApp();
  const tab = useStore(app.workspace, (state) => state.leftTab);
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(value) => app.workspace.setState({ leftTab: leftTabs.find((known) => known === value) ?? "add" })}
      className="flex h-full flex-col"
    >
      <Tabs.List
        className="flex h-9 shrink-0 items-stretch gap-1 border-b border-line px-1.5"
        aria-label={text.panels.add}
      >
        {leftTabs.map((name) => (
          <Tabs.Trigger key={name} value={name} className={tabStyle}>
            {text.panels[name]}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="add" className="min-h-0 flex-1 outline-none">
        <AddList />
      </Tabs.Content>
      <Tabs.Content value="outline" className="min-h-0 flex-1 overflow-y-auto outline-none">
        <Outline />
      </Tabs.Content>
    </Tabs.Root>
  );
}
