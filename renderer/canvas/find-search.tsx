/** @file Finding a node by its name, title, label or kind: in the graph on the canvas, or in all graphs. */
import type { ChainruleDocument, GraphId, Library, NodeId } from "@chainrule/engine/analysis";
import { useMemo } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { viewNode } from "../nodes/node-view";
import { SearchPopup, type SearchRow } from "../palette/search-popup";
import { text } from "../text/text";
import { currentGraph } from "../workspace/workspace";
import { matchWords } from "./connect-choices";
import { goTo } from "./go-to";

interface Found extends SearchRow {
  readonly graph: GraphId;
  readonly node: NodeId;
}

function nodesOf(document: ChainruleDocument, graphs: readonly GraphId[], library: Library): readonly Found[] {
  return graphs.flatMap((graph) =>
    Object.entries(document.graphs[graph]?.nodes ?? {}).map(([node, content]): Found => {
      const view = viewNode(document, graph, node, content, library);
      return {
        key: `${graph} ${node}`,
        glyph: view.glyph,
        title: content.label ?? view.fullTitle,
        hint: content.name,
        summary: graphs.length > 1 ? (document.graphs[graph]?.name ?? graph) : "",
        graph,
        node,
      };
    }),
  );
}

/** The list, while a person looks for a node. */
export function FindSearch() {
  const app = useApp();
  const finding = useStore(app.workspace, (state) => state.finding);
  const graph = useStore(app.workspace, currentGraph);
  const found = useMemo(() => {
    const document = app.history.document();
    if (finding === null || graph === null) return [];
    return nodesOf(document, finding === "graph" ? [graph] : Object.keys(document.graphs), app.library);
  }, [app, finding, graph]);
  if (finding === null) return null;
  const close = (): void => {
    app.workspace.setState({ finding: null });
    app.canvas.focus();
  };
  return (
    <SearchPopup
      label={finding === "graph" ? text.canvas.find.here : text.canvas.find.everywhere}
      at={app.canvas.top()}
      find={(query) => {
        const matching = matchWords(found, query);
        // A name that is exactly what was typed comes first.
        const isIt = (row: Found): boolean => row.hint.toLowerCase() === query.trim().toLowerCase();
        return [...matching.filter(isIt), ...matching.filter((row) => !isIt(row))];
      }}
      empty={text.palette.noMatch}
      onChoose={(row) => {
        app.workspace.setState({ finding: null });
        goTo(app, row.graph, [row.node]);
        app.canvas.focus();
      }}
      onClose={close}
    />
  );
}
