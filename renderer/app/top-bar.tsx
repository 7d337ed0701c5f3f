/** @file The bar on top: where one is, what runs, how far, on what. */
import { Braces, Download, Search, Settings as SettingsIcon } from "lucide-react";
import { useStore } from "zustand";
import { runCommand } from "../commands/run-command";
import { shownKeys } from "../commands/shown-keys";
import { text } from "../text/text";
import { Button, Hint, IconButton, Keys } from "../ui/button";
import { useApp } from "./app";
import { DeviceChip } from "./device-chip";
import { DocumentMenu } from "./document-menu";
import { Loss, Progress, RunButtons } from "./run-controls";

const words = text.bar;

/** The top bar. */
export function TopBar() {
  const app = useApp();
  const isCodeOpen = useStore(app.workspace, (state) => state.codeOpen);
  return (
    <header className="flex h-11 shrink-0 items-center gap-3.5 border-b border-line bg-panel px-2 max-[1360px]:gap-2.5">
      <DocumentMenu />
      <RunButtons />
      <Progress />
      <Loss />
      <div className="flex flex-1 basis-0 items-center justify-end gap-0.5">
        <span className="mr-1.5">
          <DeviceChip />
        </span>
        <IconButton
          icon={Braces}
          label={text.panels.code}
          keys={shownKeys("toggleCode")}
          pressed={isCodeOpen}
          onClick={() => runCommand(app, "toggleCode")}
        />
        <Hint label={words.exportHint} keys={shownKeys("exportProject")}>
          <Button variant="ghost" icon={Download} className="px-2" onClick={() => runCommand(app, "exportProject")}>
            {words.export}
          </Button>
        </Hint>
        <button
          type="button"
          className="flex h-7 items-center gap-1.5 rounded-node px-1.5 text-text2 hover:bg-hover hover:text-text"
          aria-label={words.commands}
          onClick={() => runCommand(app, "openCommands")}
        >
          <Search size={15} strokeWidth={1.75} aria-hidden />
          <span className="max-[1360px]:hidden">
            <Keys keys={shownKeys("openCommands") ?? ""} />
          </span>
        </button>
        <IconButton
          icon={SettingsIcon}
          label={text.settings.title}
          keys={shownKeys("openSettings")}
          onClick={() => app.workspace.setState({ dialog: "settings" })}
        />
      </div>
    </header>
  );
}
