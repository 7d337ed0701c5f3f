/** @file What an empty graph says. */
import { Plus } from "lucide-react";
import { useApp } from "../app/app";
import { text } from "../text/text";
import { Button } from "../ui/button";

const words = text.canvas;

/** One sentence and the two ways on. */
export function EmptyCanvas() {
  const app = useApp();
  return (
    <div className="pointer-events-none absolute inset-0 z-10 flex items-center justify-center">
      <div className="pointer-events-auto rounded-card border border-line bg-panel px-10 py-6 text-center shadow-float">
        <h2 className="text-title font-semibold">{words.emptyTitle}</h2>
        <p className="mt-1.5 text-text2">{words.emptyText}</p>
        <div className="mt-4 flex justify-center gap-2">
          <Button variant="primary" icon={Plus} onClick={() => app.canvas.search()}>
            {words.addNode}
          </Button>
          <Button onClick={() => app.toGallery()}>{words.openTemplate}</Button>
        </div>
      </div>
    </div>
  );
}
