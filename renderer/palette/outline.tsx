/** @file The outline: every graph, order and node as a tree. The keyboard's and the screen reader's way through a document. */
import { ChevronRight } from "lucide-react";
import { useMemo, useRef, useState, useSyncExternalStore, type DragEvent, type KeyboardEvent } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { goTo } from "../canvas/go-to";
import { runCommand } from "../commands/run-command";
import { text } from "../text/text";
import { classNames } from "../ui/class-names";
import { currentGraph } from "../workspace/workspace";
import { outlineRows, type OutlineRow } from "./outline-rows";

const indent = { 1: "pl-1.5", 2: "pl-5", 3: "pl-9" } as const;
const dragType = "application/x-chainrule-order";

/** The whole document, root first. */
export function Outline() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const shown = useStore(app.workspace, currentGraph);
  const selection = useStore(app.workspace, (state) => state.selection);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string | null>(null);
  const tree = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => outlineRows(document, app.library, closed), [document, app.library, closed]);
  const current = Math.max(rows.findIndex((row) => row.key === focused), 0); // prettier-ignore

  const focus = (index: number): void => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (row === undefined) return;
    setFocused(row.key);
    tree.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.key)}"]`)?.focus();
  };
  const toggle = (row: OutlineRow, open: boolean): void => {
    const next = new Set(closed);
    if (open) next.delete(row.key);
    else next.add(row.key);
    setClosed(next);
  };
  const activate = (row: OutlineRow): void => {
    if (row.kind === "graph") goTo(app, row.graph);
    else if (row.kind === "order") toggle(row, row.open !== true);
    else if (row.node !== null) goTo(app, row.graph, [row.node]);
  };
  const move = (row: OutlineRow, by: number): void => {
    if (row.kind !== "entry") return;
    const list: readonly string[] = document.graphs[row.graph]?.[row.order] ?? [];
    app.edits.moveInOrder(row.graph, row.order, row.id, list.indexOf(row.id) + by);
    requestAnimationFrame(() => tree.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.key)}"]`)?.focus()); // prettier-ignore
  };
  const parentOf = (index: number): number => {
    const level = rows[index]?.level ?? 1;
    for (let i = index - 1; i >= 0; i--) if ((rows[i]?.level ?? 1) < level) return i;
    return index;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[current];
    if (row === undefined || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    if (event.altKey && key !== "ArrowUp" && key !== "ArrowDown") return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (by !== undefined && event.altKey) move(row, by);
    else if (by !== undefined) focus(current + by);
    else if (key === "Home") focus(0);
    else if (key === "End") focus(rows.length - 1);
    else if (key === "ArrowRight" && row.open === false) toggle(row, true);
    else if (key === "ArrowRight" && row.open === true) focus(current + 1);
    else if (key === "ArrowLeft" && row.open === true) toggle(row, false);
    else if (key === "ArrowLeft") focus(parentOf(current));
    else if (key === "Enter" || key === " ") activate(row);
    else if (key === "Delete" && row.kind === "node") {
      goTo(app, row.graph, [row.node]);
      runCommand(app, "remove");
      focus(current - 1);
    } else if (key.length === 1) {
      const after = [...rows.slice(current + 1), ...rows.slice(0, current + 1)];
      const found = after.find((other) => `${other.aside} ${other.title}`.toLowerCase().split(" ").some((word) => word.startsWith(key.toLowerCase()))); // prettier-ignore
      if (found === undefined) return;
      focus(rows.indexOf(found));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onDrop = (event: DragEvent, row: OutlineRow): void => {
    const [graph, order, id] = event.dataTransfer.getData(dragType).split(" ");
    if (row.kind !== "entry" || graph !== row.graph || order !== row.order || id === undefined) return;
    event.preventDefault();
    const list: readonly string[] = document.graphs[row.graph]?.[row.order] ?? [];
    app.edits.moveInOrder(row.graph, row.order, id, list.indexOf(row.id));
  };

  return (
    <div ref={tree} role="tree" aria-label={text.panels.outline} className="py-1" onKeyDown={onKeyDown}>
      {rows.map((row, index) => {
        const isSelected = row.graph === shown && (row.kind === "node" || row.kind === "entry") && row.node !== null && selection.has(row.node); // prettier-ignore
        return (
          <div
            key={row.key}
            role="treeitem"
            data-row={row.key}
            aria-level={row.level}
            aria-selected={isSelected}
            {...(row.open === null ? {} : { "aria-expanded": row.open })}
            {...(row.kind === "entry" ? { "aria-description": text.outline.movable } : {})}
            tabIndex={index === current ? 0 : -1}
            draggable={row.kind === "entry"}
            title={row.kind === "entry" ? text.outline.movable : undefined}
            onDragStart={(event) => {
              if (row.kind === "entry") event.dataTransfer.setData(dragType, `${row.graph} ${row.order} ${row.id}`);
            }}
            onDragOver={(event) => row.kind === "entry" && event.preventDefault()}
            onDrop={(event) => onDrop(event, row)}
            onFocus={() => setFocused(row.key)}
            onClick={() => activate(row)}
            className={classNames(
              "flex h-6 w-full items-center gap-1.5 pr-2 text-left text-small outline-offset-[-2px] hover:bg-hover [contain-intrinsic-size:auto_24px] [content-visibility:auto]",
              indent[row.level],
              row.kind === "graph" && "h-7 font-semibold",
              row.kind === "graph" && row.graph === shown && "text-accent",
              row.kind === "order" && "text-text2",
              isSelected && "bg-accent-soft",
            )}
          >
            {row.open !== null && (
              <ChevronRight
                size={12}
                aria-hidden
                className={classNames("shrink-0 text-text3 transition-transform", row.open && "rotate-90")}
                onClick={(event) => {
                  event.stopPropagation();
                  toggle(row, row.open !== true);
                }}
              />
            )}
            {row.kind !== "graph" && (
              <span
                className={classNames(
                  "w-4 shrink-0 text-center font-mono text-[11px]",
                  isSelected ? "text-text2" : "text-text3",
                )}
              >
                {row.glyph}
              </span>
            )}
            <span className="truncate">{row.title}</span>
            <span
              className={classNames(
                "min-w-0 flex-1 truncate text-right font-mono text-tick",
                isSelected ? "text-text2" : "text-text3",
              )}
            >
              {row.aside}
            </span>
          </div>
        );
      })}
    </div>
  );
}
