/** @file Settings of a person on this machine: theme, motion, live retrain, autosave. Kept in the browser's storage. */
import { createStore, type StoreApi } from "zustand/vanilla";
import { applyTheme, type Theme } from "../ui/tokens";

export const themeChoices = ["system", "dark", "light", "contrast"] as const;
export type ThemeChoice = (typeof themeChoices)[number];
export const motionChoices = ["system", "full", "reduced"] as const;
export type MotionChoice = (typeof motionChoices)[number];

export interface SettingsState {
  readonly theme: ThemeChoice;
  readonly motion: MotionChoice;
  readonly liveRetrain: boolean;
  readonly autosave: boolean;
}

export type Settings = StoreApi<SettingsState>;

const key = "chainrule.settings";
const defaults: SettingsState = { theme: "system", motion: "system", liveRetrain: true, autosave: false };

function pick<T extends string>(choices: readonly T[], value: unknown, fallback: T): T {
  return choices.find((choice) => choice === value) ?? fallback;
}

/** Settings from stored text; what is missing or broken is the default. */
export function parseSettings(stored: string | null): SettingsState {
  let raw: unknown;
  try {
    raw = JSON.parse(stored ?? "{}");
  } catch {
    raw = {};
  }
  const found: Readonly<Record<string, unknown>> = typeof raw === "object" && raw !== null ? { ...raw } : {};
  const flag = (name: "liveRetrain" | "autosave"): boolean =>
    typeof found[name] === "boolean" ? found[name] : defaults[name];
  return {
    theme: pick(themeChoices, found["theme"], defaults.theme),
    motion: pick(motionChoices, found["motion"], defaults.motion),
    liveRetrain: flag("liveRetrain"),
    autosave: flag("autosave"),
  };
}

/** The theme a choice means on this machine. */
export function themeOf(choice: ThemeChoice): Theme {
  if (choice !== "system") return choice;
  if (window.matchMedia("(prefers-contrast: more)").matches) return "contrast";
  return window.matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

/** Whether things that move stand still. */
export function isMotionReduced(choice: MotionChoice): boolean {
  return choice === "reduced" || (choice === "system" && window.matchMedia("(prefers-reduced-motion: reduce)").matches);
}

/** The settings store; changes are kept and put on the page at once. */
export function createSettings(): Settings {
  const store = createStore<SettingsState>(() => parseSettings(localStorage.getItem(key)));
  const apply = (state: SettingsState): void => {
    applyTheme(document.documentElement, themeOf(state.theme));
    document.documentElement.dataset["motion"] = isMotionReduced(state.motion) ? "reduced" : "full";
  };
  apply(store.getState());
  store.subscribe((state) => {
    apply(state);
    localStorage.setItem(key, JSON.stringify(state));
  });
  for (const query of [
    "(prefers-color-scheme: light)",
    "(prefers-contrast: more)",
    "(prefers-reduced-motion: reduce)",
  ]) {
    window.matchMedia(query).addEventListener("change", () => apply(store.getState()));
  }
  return store;
}
