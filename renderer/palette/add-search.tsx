/** @file The search that adds a node at the cursor, or at the end of a dropped edge. */
import { useMemo } from "react";
import { useApp } from "../app/app";
import { text } from "../text/text";
import type { AddRequest } from "./add-request";
import { paletteItems } from "./items";
import { searchItems } from "./search-items";
import { recentItems, rememberItem } from "./recent-items";
import { SearchPopup } from "./search-popup";

interface AddSearchProps {
  readonly request: AddRequest;
  readonly graph: string;
  readonly onClose: () => void;
}

/** A list that narrows as one types; Enter adds the first. */
export function AddSearch({ request, graph, onClose }: AddSearchProps) {
  const app = useApp();
  const { from } = request;
  const items = useMemo(() => {
    const all = paletteItems(app.history.document(), graph);
    const fits = all.filter(
      (item) => from === null || (from.side === "output" ? item.inputs.length > 0 : item.outputs.length > 0),
    );
    const recent = recentItems();
    return [...fits].sort((a, b) => (recent.get(b.key) ?? -1) - (recent.get(a.key) ?? -1));
  }, [app, from, graph]);
  const close = (): void => {
    onClose();
    app.canvas.focus();
  };
  return (
    <SearchPopup
      label={text.canvas.addNode}
      at={request.screen}
      find={(query) => searchItems(items, query)}
      empty={text.palette.noMatch}
      onChoose={(item) => {
        rememberItem(item.key);
        app.edits.placeItem(graph, item.key, request.position, null, from);
        close();
        app.canvas.reveal();
      }}
      onClose={close}
    />
  );
}
