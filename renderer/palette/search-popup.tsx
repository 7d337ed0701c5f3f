/** @file A list over the canvas that narrows as one types: adding, connecting and finding all look like this. */
import { Command } from "cmdk";
import type { ReactNode } from "react";
import { useState } from "react";

/** One line to choose. */
export interface SearchRow {
  readonly key: string;
  readonly glyph: string;
  readonly title: string;
  /** Beside the title, in the code's face. */
  readonly hint: string;
  readonly summary: string;
}

interface SearchPopupProps<T extends SearchRow> {
  readonly label: string;
  /** Screen pixels; moved to where all of it fits. */
  readonly at: { readonly x: number; readonly y: number };
  /** The lines for what is typed, best first. */
  readonly find: (query: string) => readonly T[];
  readonly empty: (query: string) => string;
  readonly onChoose: (row: T) => void;
  readonly onClose: () => void;
  /** Beside each line. */
  readonly aside?: (row: T) => ReactNode;
}

const width = 300;
const height = 340;
const most = 60;

/** Enter takes the first line or the one marked; Esc and a click beside it close it. */
export function SearchPopup<T extends SearchRow>(props: SearchPopupProps<T>) {
  const { label, at, find, empty, onChoose, onClose, aside } = props;
  const [query, setQuery] = useState("");
  const shown = find(query).slice(0, most);
  const left = Math.max(8, Math.min(at.x, window.innerWidth - width - 8));
  const top = Math.max(8, Math.min(at.y, window.innerHeight - height - 8));
  return (
    <>
      <div className="fixed inset-0 z-30" onPointerDown={onClose} aria-hidden />
      <Command
        shouldFilter={false}
        loop
        label={label}
        className="fixed z-40 flex flex-col overflow-hidden rounded-card border border-line2 bg-raised shadow-menu"
        style={{ left, top, width, maxHeight: height }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onClose();
        }}
      >
        <Command.Input
          autoFocus
          value={query}
          onValueChange={setQuery}
          placeholder={label}
          className="h-9 w-full shrink-0 border-b border-line bg-transparent px-3 outline-none placeholder:text-text3"
        />
        <Command.List className="min-h-0 flex-1 overflow-y-auto p-1">
          <Command.Empty className="p-3 text-small text-text2">{empty(query)}</Command.Empty>
          {shown.map((row) => (
            <Command.Item
              key={row.key}
              value={row.key}
              onSelect={() => onChoose(row)}
              className="group flex items-center gap-2 rounded-node px-2 py-1 data-[selected=true]:bg-hover"
            >
              <span className="w-6 shrink-0 text-center font-mono text-[11px] text-text3">{row.glyph}</span>
              <span className="min-w-0 flex-1">
                <span className="flex items-baseline gap-2">
                  <span className="font-[550]">{row.title}</span>
                  <span className="truncate font-mono text-tick text-text3">{row.hint}</span>
                </span>
                <span className="block truncate text-caption text-text3">{row.summary}</span>
              </span>
              {aside?.(row)}
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </>
  );
}
