/** @file The settings. */
import type { ReactNode } from "react";
import { useStore } from "zustand";
import { text } from "../text/text";
import { Segmented } from "../ui/segmented";
import { useApp } from "./app";
import { motionChoices, themeChoices } from "./settings";

const words = text.settings;

function Line({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-11 items-center justify-between gap-4 border-b border-line px-4 last:border-b-0">
      <span>{label}</span>
      {children}
    </div>
  );
}

/** One line per setting; each takes effect at once. */
export function SettingsForm() {
  const { settings } = useApp();
  const state = useStore(settings);
  const onOff = [
    { value: "on", label: words.on },
    { value: "off", label: words.off },
  ] as const;
  return (
    <div className="pb-2">
      <Line label={words.theme}>
        <Segmented
          label={words.theme}
          value={state.theme}
          options={themeChoices.map((value) => ({ value, label: words.themes[value] }))}
          onChange={(theme) => settings.setState({ theme })}
        />
      </Line>
      <Line label={words.motion}>
        <Segmented
          label={words.motion}
          value={state.motion}
          options={motionChoices.map((value) => ({ value, label: words.motions[value] }))}
          onChange={(motion) => settings.setState({ motion })}
        />
      </Line>
      <Line label={words.liveRetrain}>
        <Segmented
          label={words.liveRetrain}
          value={state.liveRetrain ? "on" : "off"}
          options={onOff}
          onChange={(value) => settings.setState({ liveRetrain: value === "on" })}
        />
      </Line>
      <Line label={words.autosave}>
        <Segmented
          label={words.autosave}
          value={state.autosave ? "on" : "off"}
          options={onOff}
          onChange={(value) => settings.setState({ autosave: value === "on" })}
        />
      </Line>
    </div>
  );
}
