/** @file The bar on top: where one is, what runs, how far, on what. */
import {
  Braces,
  ChevronDown,
  Download,
  LayoutGrid,
  Pause,
  Play,
  Search,
  Settings as SettingsIcon,
  Square,
  StepForward,
} from "lucide-react";
import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { deviceChoices } from "../session/devices";
import { commands } from "../commands/registry";
import { runCommand } from "../commands/run-command";
import { printKeys } from "../commands/keys";
import { text } from "../text/text";
import { Button, Hint, IconButton, Keys } from "../ui/button";
import { Menu, MenuItem } from "../ui/menu";
import { printNumber } from "../ui/number-text";
import { Sparkline } from "../training/sparkline";
import { useApp } from "./app";

const words = text.bar;

function keysOf(id: string): string | null {
  const keys = commands.get(id)?.keys[0];
  return keys === undefined ? null : printKeys(keys);
}

function Title() {
  const app = useApp();
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const isUnsaved = app.history.isUnsaved();
  return (
    <div className="flex min-w-0 items-center gap-2">
      <IconButton icon={LayoutGrid} label={words.toGallery} onClick={() => app.toGallery()} />
      <img src="./icon.svg" alt="" className="size-5" />
      <h1 className="truncate text-title font-semibold" title={document.name}>
        {document.name}
      </h1>
      {isUnsaved && (
        <Hint label={words.unsaved} keys={keysOf("save")}>
          <span className="size-1.5 shrink-0 rounded-full bg-text2" aria-label={words.unsaved} role="img" />
        </Hint>
      )}
    </div>
  );
}

function RunButtons() {
  const app = useApp();
  const run = useStore(app.engine.state, (state) => state.run);
  const isReady = useStore(app.engine.state, (state) => state.connection === "ready");
  const isRunning = run === "running" || run === "compiling";
  return (
    <div className="flex items-center gap-1.5">
      {isRunning ? (
        <Hint label={words.pause} keys={keysOf("toggleRun")}>
          <Button variant="soft" icon={Pause} onClick={() => runCommand(app, "toggleRun")}>
            {words.pause}
          </Button>
        </Hint>
      ) : (
        <Hint label={run === "paused" ? words.resume : words.run} keys={keysOf("toggleRun")}>
          <Button variant="primary" icon={Play} disabled={!isReady} onClick={() => runCommand(app, "toggleRun")}>
            {run === "paused" ? words.resume : words.run}
          </Button>
        </Hint>
      )}
      <Hint label={words.step} keys={keysOf("stepOnce")}>
        <Button icon={StepForward} disabled={!isReady || isRunning} onClick={() => runCommand(app, "stepOnce")}>
          {words.step}
        </Button>
      </Hint>
      <IconButton
        icon={Square}
        label={words.stop}
        keys={keysOf("stopRun")}
        disabled={run === "idle"}
        onClick={() => runCommand(app, "stopRun")}
      />
    </div>
  );
}

function Progress() {
  const app = useApp();
  const { step, steps, stepsPerSecond, run } = useStore(app.engine.state);
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const total = steps > 0 ? steps : document.training.steps;
  const aside =
    run === "paused"
      ? words.paused
      : stepsPerSecond > 0 && run === "running"
        ? `${printNumber(Math.round(stepsPerSecond))}/s`
        : "";
  return (
    <div
      className="w-40 shrink-0"
      role="progressbar"
      aria-valuenow={step}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-label={text.panels.training}
    >
      <div className="flex items-baseline justify-between font-mono text-small">
        <span data-testid="step">
          <span className="font-semibold">{step.toLocaleString("en-US")}</span>{" "}
          <span className="text-text3">/ {total.toLocaleString("en-US")}</span>
        </span>
        <span className="text-caption text-text3">{aside}</span>
      </div>
      <div className="mt-1 h-[3px] overflow-hidden rounded-full bg-line">
        <div
          className="h-full bg-accent"
          style={{ width: `${total > 0 ? Math.min(100, (step / total) * 100) : 0}%` }}
        />
      </div>
    </div>
  );
}

function Loss() {
  const app = useApp();
  const curve = useStore(app.engine.state, (state) => state.curve);
  const last = curve.losses.at(-1);
  return (
    <div className="flex h-full items-center gap-2.5 border-l border-line pl-3.5">
      <div className="w-16">
        <div className="text-caption text-text3">{words.loss}</div>
        <div className="font-mono text-base font-semibold" data-testid="loss">
          {last === undefined ? "–" : printNumber(last)}
        </div>
      </div>
      <Sparkline values={curve.losses} width={84} height={24} />
    </div>
  );
}

function DeviceChip() {
  const app = useApp();
  const device = useStore(app.engine.state, (state) => state.device);
  const devices = useStore(app.engine.state, (state) => state.devices);
  const { connection, why } = useStore(app.engine.state);
  const document = useSyncExternalStore(app.history.subscribe, app.history.document);
  const shown = device ?? devices.find((known) => known.ok) ?? null;
  const isWell = connection === "ready" && shown?.ok === true;
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-[34px] max-w-60 min-w-36 items-center gap-2.5 rounded-node border border-line bg-raised px-2.5 text-left hover:bg-hover"
        >
          <span className="size-2 shrink-0 rounded-full" style={{ background: isWell ? "var(--ok)" : "var(--warn)" }} />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-small leading-4 font-semibold">
              {shown === null ? words.noDevice : `${deviceChoices[shown.name]} · ${shown.why}`}
            </span>
            <span className="block truncate text-caption leading-3.5 text-text3">
              {connection === "ready"
                ? document.training.device === "auto"
                  ? words.auto
                  : words.chosen
                : (why ?? words.noDevice)}
            </span>
          </span>
          <ChevronDown size={13} className="text-text3" aria-hidden />
        </button>
      }
    >
      {(["auto", "webgpu", "wasm", "reference"] as const).map((name) => {
        const status = devices.find((known) => known.name === name);
        return (
          <MenuItem
            key={name}
            label={deviceChoices[name]}
            aside={name === "auto" ? words.auto : (status?.why ?? "")}
            disabled={name !== "auto" && status?.ok !== true}
            checked={document.training.device === name}
            onSelect={() => {
              app.edits.change(text.undo.training, (draft) => {
                draft.training.device = name;
              });
              void app.engine.chooseDevice(name);
            }}
          />
        );
      })}
    </Menu>
  );
}

/** The top bar. */
export function TopBar() {
  const app = useApp();
  return (
    <header className="flex h-11 shrink-0 items-center gap-3 border-b border-line bg-panel px-2.5">
      <Title />
      <span className="flex-1" />
      <RunButtons />
      <Progress />
      <Loss />
      <span className="flex-1" />
      <DeviceChip />
      <IconButton
        icon={Braces}
        label={text.panels.code}
        keys={keysOf("toggleCode")}
        onClick={() => runCommand(app, "toggleCode")}
      />
      <Button variant="ghost" icon={Download} onClick={() => runCommand(app, "exportProject")}>
        {words.export}
      </Button>
      <button
        type="button"
        className="flex h-7 items-center gap-1.5 rounded-node px-1.5 text-text2 hover:bg-hover"
        aria-label={words.commands}
        onClick={() => runCommand(app, "openCommands")}
      >
        <Search size={15} strokeWidth={1.75} aria-hidden />
        <Keys keys={keysOf("openCommands") ?? ""} />
      </button>
      <IconButton
        icon={SettingsIcon}
        label={text.settings.title}
        onClick={() => app.workspace.setState({ dialog: "settings" })}
      />
    </header>
  );
}
