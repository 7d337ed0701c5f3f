/** @file Commands that change what is shown, and nothing in the document. */
import type { App } from "../app/app";
import { text } from "../text/text";
import { defineCommand } from "./define-command";
import { goToPane } from "./panes";

const words = text.commands;
const isEditor = (app: App): boolean => app.workspace.getState().screen === "editor";

export const fitAll = defineCommand({
  title: words.fitAll,
  group: "view",
  keys: ["Home"],
  enabled: isEditor,
  run: (app) => app.canvas.fit(),
});

export const fitSelection = defineCommand({
  title: words.fitSelection,
  group: "view",
  keys: ["."],
  enabled: (app) => isEditor(app) && app.workspace.getState().selection.size > 0,
  run: (app) => app.canvas.fit([...app.workspace.getState().selection]),
});

export const toggleOverlay = defineCommand({
  title: words.toggleOverlay,
  group: "view",
  keys: [],
  enabled: isEditor,
  checked: (app) => app.workspace.getState().overlay !== "off",
  run: (app) => app.workspace.setState((state) => ({ overlay: state.overlay === "off" ? "magnitude" : "off" })),
});

export const toggleShapes = defineCommand({
  title: words.toggleShapes,
  group: "view",
  keys: [],
  enabled: isEditor,
  checked: (app) => app.workspace.getState().showShapes,
  run: (app) => app.workspace.setState((state) => ({ showShapes: !state.showShapes })),
});

export const togglePreviews = defineCommand({
  title: words.togglePreviews,
  group: "view",
  keys: [],
  enabled: isEditor,
  checked: (app) => app.workspace.getState().showPreviews,
  run: (app) => app.workspace.setState((state) => ({ showPreviews: !state.showPreviews })),
});

export const toggleCode = defineCommand({
  title: words.toggleCode,
  group: "view",
  keys: ["Mod+Shift+K"],
  search: ["typescript"],
  enabled: isEditor,
  checked: (app) => app.workspace.getState().codeOpen,
  run: (app) => app.workspace.setState((state) => ({ codeOpen: !state.codeOpen })),
});

export const toggleBottomPanel = defineCommand({
  title: words.toggleBottom,
  group: "view",
  keys: ["Mod+J"],
  enabled: isEditor,
  checked: (app) => app.workspace.getState().bottomOpen,
  run: (app) => app.workspace.setState((state) => ({ bottomOpen: !state.bottomOpen })),
});

export const nextPane = defineCommand({
  title: words.nextPane,
  group: "view",
  keys: ["F6"],
  inFields: true,
  enabled: isEditor,
  run: () => goToPane(1),
});

export const previousPane = defineCommand({
  title: words.previousPane,
  group: "view",
  keys: ["Shift+F6"],
  inFields: true,
  enabled: isEditor,
  run: () => goToPane(-1),
});

export const openCommands = defineCommand({
  title: words.openCommands,
  group: "help",
  keys: ["Mod+K"],
  inFields: true,
  run: (app) => app.workspace.setState({ dialog: "commands" }),
});

export const openShortcuts = defineCommand({
  title: words.openShortcuts,
  group: "help",
  keys: ["?"],
  run: (app) => app.workspace.setState({ dialog: "shortcuts" }),
});

export const openSettings = defineCommand({
  title: words.openSettings,
  group: "help",
  keys: ["Mod+,"],
  run: (app) => app.workspace.setState({ dialog: "settings" }),
});
