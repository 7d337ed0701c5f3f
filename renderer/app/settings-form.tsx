/** @file The settings. */
import type { ReactNode } from "react";
import { useStore } from "zustand";
import { text } from "../text/text";
import { Segmented } from "../ui/segmented";
import { useApp } from "./app";
import { motionChoices, themeChoices } from "./settings";

const words = text.settings;

interface LineProps<T extends string> {
  readonly label: string;
  readonly help: string;
  readonly value: T;
  readonly options: readonly T[];
  /** What each option is called. */
  readonly names: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
}

function Line<T extends string>({ label, help, value, options, names, onChange }: LineProps<T>) {
  return (
    <div className="flex min-h-13 items-center justify-between gap-6 py-1.5">
      <span className="min-w-0">
        <span className="block">{label}</span>
        <span className="block text-small text-text3">{help}</span>
      </span>
      <span className="shrink-0">
        <Segmented
          label={label}
          value={value}
          options={options.map((option) => ({ value: option, label: names[option] }))}
          onChange={onChange}
        />
      </span>
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

interface FlagLineProps {
  readonly label: string;
  readonly help: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

function FlagLine({ value, onChange, ...line }: FlagLineProps) {
  return (
    <Line
      {...line}
      value={value ? "on" : "off"}
      options={flags}
      names={words}
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
        <Line
          label={words.theme}
          help={words.themeHelp}
          value={state.theme}
          options={themeChoices}
          names={words.themes}
          onChange={(theme) => settings.setState({ theme })}
        />
        <Line
          label={words.motion}
          help={words.motionHelp}
          value={state.motion}
          options={motionChoices}
          names={words.motions}
          onChange={(motion) => settings.setState({ motion })}
        />
      </Group>
      <Group title={words.groups.training}>
        <FlagLine
          label={words.liveRetrain}
          help={words.liveRetrainHelp}
          value={state.liveRetrain}
          onChange={(liveRetrain) => settings.setState({ liveRetrain })}
        />
      </Group>
      <Group title={words.groups.files}>
        <FlagLine
          label={words.autosave}
          help={words.autosaveHelp}
          value={state.autosave}
          onChange={(autosave) => settings.setState({ autosave })}
        />
      </Group>
    </div>
  );
}
