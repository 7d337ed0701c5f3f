/** @file The document's name, whether it has unsaved changes, and the menu of what can be done with it. */
import {
  ChevronDown,
  Download,
  FilePlus2,
  FolderOpen,
  Keyboard,
  LayoutGrid,
  Save,
  SaveAll,
  Redo2,
  Settings,
  Undo2,
} from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { useSyncExternalStore } from "react";
import { commands, type CommandId } from "../commands/registry";
import { runCommand } from "../commands/run-command";
import { shownKeys } from "../commands/shown-keys";
import { text } from "../text/text";
import { Hint, IconButton } from "../ui/button";
import { Menu, MenuItem, MenuLine } from "../ui/menu";
import { MiddleText } from "../ui/middle-text";
import { useApp } from "./app";

const words = text.bar;

const groups: readonly (readonly (readonly [CommandId, LucideIcon])[])[] = [
  [
    ["newDocument", FilePlus2],
    ["openFile", FolderOpen],
    ["openGallery", LayoutGrid],
  ],
  [
    ["undo", Undo2],
    ["redo", Redo2],
  ],
  [
    ["save", Save],
    ["saveAs", SaveAll],
    ["exportProject", Download],
  ],
  [
    ["openSettings", Settings],
    ["openShortcuts", Keyboard],
  ],
];

/** The way back to the gallery, the mark of the app, and the name, which opens the menu. */
export function DocumentMenu() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const isUnsaved = app.history.isUnsaved();
  return (
    <div className="flex min-w-0 flex-1 basis-0 items-center gap-1">
      <IconButton icon={LayoutGrid} label={words.toGallery} onClick={() => app.toGallery()} />
      <img src="./icon.svg" alt="" className="mr-0.5 ml-1 size-5 shrink-0" />
      <h1 className="min-w-0 text-title font-semibold">
        <Menu
          align="start"
          trigger={
            <button
              type="button"
              className="flex h-8 max-w-full min-w-0 items-center gap-1.5 rounded-node px-1.5 hover:bg-hover"
            >
              <MiddleText text={document.name} />
              <ChevronDown size={13} className="shrink-0 text-text3" aria-hidden />
            </button>
          }
        >
          {groups.map((group, i) => (
            <div key={group[0]?.[0]}>
              {i > 0 && <MenuLine />}
              {group.map(([id, icon]) => (
                <MenuItem
                  key={id}
                  icon={icon}
                  label={[commands.get(id)?.title ?? id, commands.get(id)?.detail?.(app)].join(" ").trim()}
                  disabled={commands.get(id)?.enabled?.(app) === false}
                  keys={shownKeys(id)}
                  onSelect={() => runCommand(app, id)}
                />
              ))}
            </div>
          ))}
        </Menu>
      </h1>
      {isUnsaved && (
        <Hint label={words.unsaved} keys={shownKeys("save")}>
          <span className="size-1.5 shrink-0 rounded-full bg-text2" aria-label={words.unsaved} role="img" />
        </Hint>
      )}
    </div>
  );
}
