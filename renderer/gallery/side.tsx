/** @file The gallery's left side: begin, open, take up what was open before. */
import { FilePlus2, FolderOpen, Undo2 } from "lucide-react";
import { useState } from "react";
import { useStore } from "zustand";
import { useApp } from "../app/app";
import { runCommand } from "../commands/run-command";
import { shownKeys } from "../commands/shown-keys";
import { text } from "../text/text";
import { Keys } from "../ui/button";
import { classNames } from "../ui/class-names";
import { MiddleText } from "../ui/middle-text";
import { printWhen } from "../ui/time-text";
import { DrawnGraph } from "./mini-graph";
import { Recovered } from "./recovered";
import { readThumbnails } from "./thumbnails";

const words = text.gallery;

function NavButton({
  command,
  icon: Icon,
  label,
}: {
  readonly command: "newDocument" | "openFile" | "backToDocument";
  readonly icon: typeof FilePlus2;
  readonly label: string;
}) {
  const app = useApp();
  const keys = shownKeys(command);
  return (
    <button
      type="button"
      onClick={() => runCommand(app, command)}
      className={classNames(
        "flex h-8 items-center gap-2.5 rounded-node border px-2 hover:bg-hover",
        command === "newDocument" ? "border-line2 bg-raised" : "border-transparent",
      )}
    >
      <Icon size={15} strokeWidth={1.75} className="text-text2" aria-hidden />
      <span className="min-w-0 flex-1 truncate text-left font-[550]">{label}</span>
      {keys !== null && <Keys keys={keys} />}
    </button>
  );
}

function RecentFiles() {
  const app = useApp();
  const recent = useStore(app.desktop.recent);
  const [thumbnails] = useState(readThumbnails);
  if (recent.length === 0) return <p className="px-1 text-small text-text3">{words.nothingRecent}</p>;
  return (
    <ul className="flex flex-col gap-0.5">
      {recent.map((file) => {
        const picture = thumbnails[file.key];
        return (
          <li key={file.key}>
            <button
              type="button"
              onClick={() => void app.openRecent(file.key)}
              className="flex w-full items-center gap-2.5 rounded-node p-1 text-left hover:bg-hover"
            >
              <span className="h-9 w-14 shrink-0 overflow-hidden rounded-field border border-line bg-canvas">
                {picture !== undefined && <DrawnGraph drawing={picture.drawing} />}
              </span>
              <span className="min-w-0 flex-1">
                <MiddleText text={file.name.replace(/\.chainrule$/, "")} />
                <span className="flex justify-between gap-2 text-caption text-text3">
                  <span className="truncate">{file.where}</span>
                  {picture !== undefined && (
                    <span className="shrink-0">{printWhen(picture.at, Date.now(), words)}</span>
                  )}
                </span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** New, open, recent, recovered. */
export function GallerySide() {
  const app = useApp();
  const isOpen = useStore(app.workspace, (state) => state.path.length > 0);
  return (
    <nav
      className="flex w-72 shrink-0 flex-col gap-1 overflow-y-auto border-r border-line bg-panel p-3.5 max-[1360px]:w-60"
      aria-label={words.recent}
    >
      {isOpen && <NavButton command="backToDocument" icon={Undo2} label={words.back(app.history.document().name)} />}
      <NavButton command="newDocument" icon={FilePlus2} label={words.newDocument} />
      <NavButton command="openFile" icon={FolderOpen} label={words.openFile} />
      <h2 className="mt-5 mb-1 px-1 text-small text-text3">{words.recent}</h2>
      <RecentFiles />
      <Recovered />
      <span className="flex-1" />
      <p className="px-1 pt-4 text-small text-text3">{words.local}</p>
    </nav>
  );
}
