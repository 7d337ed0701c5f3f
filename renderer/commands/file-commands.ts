/** @file Commands on files. */
import { text } from "../text/text";
import { defineCommand } from "./define-command";

const words = text.commands;
const isEditor = (app: { workspace: { getState(): { screen: string } } }): boolean =>
  app.workspace.getState().screen === "editor";

export const newDocument = defineCommand({
  title: words.newDocument,
  group: "file",
  keys: ["Mod+N", "Mod+Alt+N"],
  inFields: true,
  run: (app) => app.newDocument(),
});

export const openFile = defineCommand({
  title: words.openFile,
  group: "file",
  keys: ["Mod+O"],
  inFields: true,
  run: (app) => app.openFile(),
});

export const save = defineCommand({
  title: words.save,
  group: "file",
  keys: ["Mod+S"],
  inFields: true,
  enabled: isEditor,
  run: (app) => app.save(false),
});

export const saveAs = defineCommand({
  title: words.saveAs,
  group: "file",
  keys: ["Mod+Shift+S"],
  inFields: true,
  enabled: isEditor,
  run: (app) => app.save(true),
});

export const openGallery = defineCommand({
  title: words.openGallery,
  group: "file",
  keys: [],
  search: ["templates", "examples"],
  enabled: isEditor,
  run: (app) => app.toGallery(),
});

export const exportProject = defineCommand({
  title: words.exportProject,
  group: "file",
  keys: ["Mod+E"],
  search: ["typescript", "code"],
  enabled: isEditor,
  run: (app) => app.workspace.setState({ dialog: "export" }),
});

export const backToDocument = defineCommand({
  title: words.backToDocument,
  group: "file",
  keys: ["Escape"],
  enabled: (app) => app.workspace.getState().screen === "gallery" && app.workspace.getState().path.length > 0,
  run: (app) => app.workspace.setState({ screen: "editor" }),
});
