/** @file The canvas's own switches, top right. */
import { Activity, Brackets, Image, LayoutDashboard } from "lucide-react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { runCommand } from "../commands/run-command";
import { text } from "../text/text";
import { IconButton } from "../ui/button";

const words = text.canvas.toggles;

/** Gradients, shapes, previews, layout. */
export function CanvasTools() {
  const app = useApp();
  const { overlay, showShapes, showPreviews } = useStore(app.workspace);
  return (
    <div className="absolute top-3 right-3 z-10 flex gap-0.5 rounded-float border border-line bg-panel p-0.5 shadow-float">
      <IconButton
        icon={Activity}
        label={words.overlay}
        pressed={overlay !== "off"}
        onClick={() => runCommand(app, "toggleOverlay")}
      />
      <IconButton
        icon={Brackets}
        label={words.shapes}
        pressed={showShapes}
        onClick={() => runCommand(app, "toggleShapes")}
      />
      <IconButton
        icon={Image}
        label={words.previews}
        pressed={showPreviews}
        onClick={() => runCommand(app, "togglePreviews")}
      />
      <IconButton icon={LayoutDashboard} label={words.layout} onClick={() => runCommand(app, "tidyLayout")} />
    </div>
  );
}
