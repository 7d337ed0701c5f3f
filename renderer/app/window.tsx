/** @file The window: the gallery or the editor, the dialogs over them, and the keys. */
import { useEffect } from "react";
import { useStore } from "zustand";
import { Dialogs } from "../commands/dialogs";
import { handleKey } from "../commands/run-command";
import { Gallery } from "../gallery/gallery";
import { useApp } from "./app";
import { Editor } from "./editor";
import { Notice } from "./notice";

/** Everything on screen. */
export function Window() {
  const app = useApp();
  const screen = useStore(app.workspace, (state) => state.screen);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => handleKey(app, event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [app]);
  return (
    <>
      {screen === "gallery" ? <Gallery /> : <Editor />}
      <Notice />
      <Dialogs />
    </>
  );
}
