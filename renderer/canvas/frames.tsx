/** @file Frames and notes: titled boxes behind the nodes, and free text. */
import { costOfNodes, type Frame, type Graph } from "@chainrule/engine/analysis";
import { ViewportPortal } from "reactflow";
import { useApp } from "../app/app";
import type { Point } from "../overlay/edge-geometry";
import { useStore } from "zustand";
import { currentGraph, stageGraph } from "../workspace/workspace";
import { text } from "../text/text";

function isInside({ position, size }: Frame, at: Point): boolean {
  const [x, y] = [at.x - position.x, at.y - position.y];
  return x >= 0 && y >= 0 && x < size.width && y < size.height;
}

/** The frames and notes of the graph on the canvas, in canvas pixels. */
export function Frames({ graph }: { readonly graph: Graph | undefined }) {
  const app = useApp();
  const stage = useStore(app.workspace, stageGraph);
  const facts = useStore(app.analysis, ({ analysis }) => (stage === null ? undefined : analysis.graphs.get(stage)));
  if (graph === undefined || (graph.frames.length === 0 && graph.notes.length === 0)) return null;
  const costText = (frame: Frame): string => {
    if (facts === undefined) return "";
    const inside = Object.entries(graph.nodes).filter(([, { position: at }]) => isInside(frame, at));
    const { parameters, flops } = costOfNodes(
      facts,
      inside.map(([node]) => node),
    );
    return text.canvas.frameCost(parameters, flops);
  };
  const id = currentGraph(app.workspace.getState());
  return (
    <ViewportPortal>
      {graph.frames.map((frame) => (
        <div
          key={frame.id}
          className="chainrule-frame pointer-events-none absolute -z-10 rounded-card border border-line"
          style={{
            transform: `translate(${frame.position.x}px, ${frame.position.y}px)`,
            width: frame.size.width,
            height: frame.size.height,
          }}
        >
          <div className="flex items-baseline gap-2 px-2.5 py-1.5 text-small whitespace-nowrap">
            <span className="min-w-0 truncate font-semibold">{frame.title}</span>
            <span className="text-caption text-text3">{costText(frame)}</span>
          </div>
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
