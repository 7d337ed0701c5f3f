/** @file Frames and notes: titled boxes behind the nodes, and free text. */
import type { Graph } from "@chainrule/engine/analysis";
import { ViewportPortal } from "reactflow";
import { useApp } from "../app/app";
import { currentGraph } from "../workspace/workspace";
import { text } from "../text/text";

/** The frames and notes of the graph on the canvas, in canvas pixels. */
export function Frames({ graph }: { readonly graph: Graph | undefined }) {
  const app = useApp();
  if (graph === undefined || (graph.frames.length === 0 && graph.notes.length === 0)) return null;
  const id = currentGraph(app.workspace.getState());
  return (
    <ViewportPortal>
      {graph.frames.map((frame) => (
        <div
          key={frame.id}
          className="pointer-events-none absolute -z-10 rounded-card border border-line2 bg-raised opacity-60"
          style={{
            transform: `translate(${frame.position.x}px, ${frame.position.y}px)`,
            width: frame.size.width,
            height: frame.size.height,
          }}
        >
          <div className="truncate px-3 py-2 text-small font-semibold text-text2">{frame.title}</div>
        </div>
      ))}
      {graph.notes.map((note) => (
        <textarea
          key={note.id}
          aria-label={text.undo.note}
          defaultValue={note.text}
          onBlur={(event) => {
            const written = event.target.value;
            if (id === null || written === note.text) return;
            app.edits.change(text.undo.note, (draft) => {
              const target = draft.graphs[id]?.notes.find((known) => known.id === note.id);
              if (target !== undefined) target.text = written;
            });
          }}
          className="nodrag nopan absolute resize-none rounded-node border border-warn bg-warn-soft p-2 text-small text-text outline-none"
          style={{
            transform: `translate(${note.position.x}px, ${note.position.y}px)`,
            width: note.size.width,
            height: note.size.height,
            pointerEvents: "all",
          }}
        />
      ))}
    </ViewportPortal>
  );
}
