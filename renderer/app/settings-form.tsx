/** @file The settings. */
import type { ReactNode } from "react";
import { useStore } from "zustand";
import { text } from "../text/text";
import { Segmented } from "../ui/segmented";
import { useApp } from "./app";
import { motionChoices, themeChoices } from "./settings";

const words = text.settings;

function Line({
  label,
  help,
  children,
}: {
  readonly label: string;
  readonly help: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="flex min-h-13 items-center justify-between gap-6 py-1.5">
      <span className="min-w-0">
        <span className="block">{label}</span>
        <span className="block text-small text-text3">{help}</span>
      </span>
      <span className="shrink-0">{children}</span>
    </div>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="border-b border-line px-4 py-2.5 last:border-b-0">
      <h3 className="text-small font-semibold text-text2">{title}</h3>
      {children}
    </section>
  );
}

const flags = ["on", "off"] as const;

function OnOff({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}) {
  return (
    <Segmented
      label={label}
      value={value ? "on" : "off"}
      options={flags.map((flag) => ({ value: flag, label: words[flag] }))}
      onChange={(flag) => onChange(flag === "on")}
    />
  );
}

/** One line per setting; each takes effect at once. */
export function SettingsForm() {
  const { settings } = useApp();
  const state = useStore(settings);
  return (
    <div className="pb-1">
      <Group title={words.groups.look}>
        <Line label={words.theme} help={words.themeHelp}>
          <Segmented
            label={words.theme}
            value={state.theme}
            options={themeChoices.map((value) => ({ value, label: words.themes[value] }))}
            onChange={(theme) => settings.setState({ theme })}
          />
        </Line>
        <Line label={words.motion} help={words.motionHelp}>
          <Segmented
            label={words.motion}
            value={state.motion}
            options={motionChoices.map((value) => ({ value, label: words.motions[value] }))}
            onChange={(motion) => settings.setState({ motion })}
          />
        </Line>
      </Group>
      <Group title={words.groups.training}>
        <Line label={words.liveRetrain} help={words.liveRetrainHelp}>
          <OnOff
            label={words.liveRetrain}
            value={state.liveRetrain}
            onChange={(liveRetrain) => settings.setState({ liveRetrain })}
          />
        </Line>
      </Group>
      <Group title={words.groups.files}>
        <Line label={words.autosave} help={words.autosaveHelp}>
          <OnOff
            label={words.autosave}
            value={state.autosave}
            onChange={(autosave) => settings.setState({ autosave })}
          />
        </Line>
      </Group>
    </div>
  );
}
