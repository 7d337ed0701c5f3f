/** @file Connecting by keyboard: the selected node's ports with every port they may join, searched by name. */
import { useMemo } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { SearchPopup } from "../palette/search-popup";
import { text } from "../text/text";
import { currentGraph } from "../workspace/workspace";
import { connectPorts } from "./connect";
import { connectChoices, matchWords } from "./connect-choices";

const words = text.canvas.connect;

/** The list, while a person connects. */
export function ConnectSearch() {
  const app = useApp();
  const side = useStore(app.workspace, (state) => state.connecting);
  const graph = useStore(app.workspace, currentGraph);
  const node = useStore(app.workspace, (state) => [...state.selection][0]);
  const choices = useMemo(
    () =>
      side === null || graph === null || node === undefined
        ? []
        : connectChoices(app.history.document(), graph, node, side, app.library),
    [app, side, graph, node],
  );
  if (side === null || graph === null || node === undefined) return null;
  const close = (): void => {
    app.workspace.setState({ connecting: null });
    app.canvas.focus();
  };
  return (
    <SearchPopup
      key={side}
      label={side === "output" ? words.output : words.input}
      at={app.canvas.beside(node)}
      find={(query) => matchWords(choices, query)}
      empty={words.none}
      onChoose={(choice) => {
        connectPorts(app, graph, choice.from, choice.to);
        close();
      }}
      onClose={close}
    />
  );
}
