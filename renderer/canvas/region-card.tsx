/** @file A region drawn in place: a box round its body's nodes, what it repeats, and one chip per turn. */
import { ChevronsDownUp, LogIn } from "lucide-react";
import { useSyncExternalStore, type ReactNode } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { chipWidth, regionHeaderWidth } from "../nodes/node-size";
import type { NodeView } from "../nodes/node-view";
import { edgeKey } from "../overlay/overlay";
import { text } from "../text/text";
import { classNames } from "../ui/class-names";
import { setRegion } from "./regions";
import { regionHeader } from "./scene-layout";
import { openBody } from "./scopes";

interface RegionCardProps {
  /** The node's key on the canvas. */
  readonly id: string;
  readonly view: NodeView;
  readonly selected: boolean;
  readonly active: boolean;
  readonly turn: number | null;
  readonly children: ReactNode;
}

const words = text.canvas.region;
const mostChips = 8;

/** How many turns the last step took; null before the first sample. Draws again only when the number changes. */
function useTurns(view: NodeView, turn: number | null): number | null {
  const app = useApp();
  return useSyncExternalStore(
    (listener) => app.overlay.subscribe(listener),
    () => {
      const document = app.history.document();
      const body = openBody(document, view.graph, view.id, view.node, { open: true, turn });
      const edge = body === null ? undefined : document.graphs[body]?.edges[0];
      if (body === null || edge === undefined || app.overlay.step < 0) return null;
      return app.overlay.calls(edgeKey(body, edge.to[0], edge.to[1]));
    },
  );
}

function Chip({
  label,
  pressed,
  onClick,
}: {
  readonly label: string;
  readonly pressed: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={(event) => {
        event.stopPropagation();
        onClick();
      }}
      className={classNames(
        "nodrag rounded-field px-1.5 font-mono text-[11px] leading-[18px]",
        pressed ? "bg-accent-soft text-accent" : "text-text2 hover:bg-hover",
      )}
    >
      {label}
    </button>
  );
}

function Chips({
  id,
  view,
  turn,
  turns,
}: {
  readonly id: string;
  readonly view: NodeView;
  readonly turn: number | null;
  readonly turns: number | null;
}) {
  const app = useApp();
  const choose = (next: number): void => setRegion(app, id, { turn: turn === next ? null : next });
  if (view.node.kind === "branch")
    return (
      <>
        <Chip label={words.whenTrue} pressed={turn !== 1} onClick={() => setRegion(app, id, { turn: 0 })} />
        <Chip label={words.whenFalse} pressed={turn === 1} onClick={() => setRegion(app, id, { turn: 1 })} />
      </>
    );
  if (view.node.kind !== "repeat" || turns === null) return null;
  const all = Array.from({ length: turns }, (_, i) => i);
  const room = Math.floor((view.width - regionHeaderWidth(view.title)) / chipWidth(String(turns)));
  const most = Math.max(2, Math.min(mostChips, room));
  const shown = all.length <= most ? all : [...all.slice(0, most - 1), all.length - 1];
  return shown.map((i) => <Chip key={i} label={String(i + 1)} pressed={turn === i} onClick={() => choose(i)} />);
}

/** The box; the nodes inside are React Flow nodes of their own above it. */
export function RegionCard({ id, view, selected, active, turn, children }: RegionCardProps) {
  const app = useApp();
  const turns = useTurns(view, turn);
  const isFocused = useStore(app.workspace, (state) => state.inside?.steps.at(-1)?.through === view.id);
  const isRepeat = view.node.kind === "repeat";
  return (
    <div
      data-region={id}
      style={{ width: view.width, height: view.height }}
      className={classNames(
        "chainrule-region relative rounded-card border",
        selected || active
          ? "border-accent shadow-[0_0_0_1px_var(--accent),0_0_0_5px_var(--accent-soft)]"
          : isFocused
            ? "border-text3"
            : "border-line2 hover:border-text3",
      )}
    >
      <div
        className="flex items-center gap-2 rounded-t-[9px] border-b border-line bg-raised px-3 text-small"
        style={{ height: regionHeader }}
        title={view.fullTitle}
      >
        <span className="w-4 shrink-0 text-center font-mono text-text2">{view.glyph}</span>
        <span className="shrink-0 font-semibold whitespace-nowrap">{view.title}</span>
        <span className="min-w-0 truncate text-text3">
          {view.chip ?? view.label ?? ""}
          {isRepeat && turns !== null && <span className="text-text2"> = {turns}</span>}
        </span>
        <span className="ml-auto flex shrink-0 items-center">
          <Chips id={id} view={view} turn={turn} turns={turns} />
          <button
            type="button"
            className="nodrag ml-1 rounded-field p-1 text-text3 hover:bg-hover hover:text-text"
            aria-label={words.close}
            title={words.close}
            onClick={(event) => {
              event.stopPropagation();
              setRegion(app, id, { open: false });
            }}
          >
            <ChevronsDownUp size={13} />
          </button>
          <button
            type="button"
            className="nodrag rounded-field p-1 text-text3 hover:bg-hover hover:text-text"
            aria-label={words.enter}
            title={words.enter}
            onClick={(event) => {
              event.stopPropagation();
              app.edits.enterNode(view.id);
            }}
          >
            <LogIn size={13} />
          </button>
        </span>
      </div>
      {children}
    </div>
  );
}
