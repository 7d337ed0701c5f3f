/** @file The outline: every graph, member and node as a tree. The keyboard's and the screen reader's way through a document. */
import type { ChainruleDocument, GraphId } from "@chainrule/engine/analysis";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { viewNode } from "../nodes/node-view";
import { classNames } from "../ui/class-names";
import { currentGraph, select } from "../workspace/workspace";

function GraphBranch({ document, id }: { readonly document: ChainruleDocument; readonly id: GraphId }) {
  const app = useApp();
  const selection = useStore(app.workspace, (state) => state.selection);
  const shown = useStore(app.workspace, currentGraph);
  const graph = document.graphs[id];
  if (graph === undefined) return null;
  return (
    <li>
      <button
        type="button"
        className={classNames(
          "flex h-7 w-full items-center px-3 text-left font-semibold hover:bg-hover",
          shown === id && "text-accent",
        )}
        onClick={() =>
          app.workspace.setState({
            path:
              id === document.root
                ? [{ graph: id, through: null }]
                : [
                    { graph: document.root, through: null },
                    { graph: id, through: null },
                  ],
            selection: new Set(),
            selectedEdge: null,
          })
        }
      >
        {graph.name}
      </button>
      <ul>
        {Object.entries(graph.nodes).map(([node, content]) => {
          const view = viewNode(document, id, node, content, app.library);
          return (
            <li key={node}>
              <button
                type="button"
                aria-current={shown === id && selection.has(node)}
                className={classNames(
                  "flex h-6 w-full items-center gap-2 pr-2 pl-6 text-left text-small hover:bg-hover",
                  shown === id && selection.has(node) && "bg-accent-soft",
                )}
                onClick={() => {
                  if (shown !== id)
                    app.workspace.setState({
                      path: [
                        { graph: document.root, through: null },
                        ...(id === document.root ? [] : [{ graph: id, through: null }]),
                      ],
                    });
                  select(app.workspace, [node]);
                  app.canvas.fit([node]);
                }}
              >
                <span className="w-4 shrink-0 text-center font-mono text-[11px] text-text3">{view.glyph}</span>
                <span className="truncate">{view.fullTitle}</span>
                <span className="min-w-0 flex-1 truncate text-right font-mono text-tick text-text3">
                  {content.name}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </li>
  );
}

/** The whole document, root first. */
export function Outline() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const ids = [document.root, ...Object.keys(document.graphs).filter((id) => id !== document.root)];
  return (
    <ul className="py-1">
      {ids.map((id) => (
        <GraphBranch key={id} document={document} id={id} />
      ))}
    </ul>
  );
}
