/** @file The window's first line: makes the app and draws it. */
import { Tooltip } from "radix-ui";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { AppProvider } from "./app/app";
import { createApp } from "./app/create-app";
import { Window } from "./app/window";
import { createBrowserDesktop } from "./desktop/browser";
import { runMenuCommand } from "./commands/run-command";
import { followMenu } from "./desktop/shell-menu";
import { createElectronDesktop, findBridge } from "./desktop/electron";
import { connectWorker } from "./session/connection";
import { followModality } from "./ui/modality";
import { followCutText } from "./ui/whole-text";
import "./ui/theme.css";

followModality(document.documentElement);
followCutText(document.documentElement);

const place = document.getElementById("root");
if (place === null) throw new Error("Invariant: the page has no root");
const bridge = findBridge();
const shell = bridge === null ? null : createElectronDesktop(bridge);
const app = shell === null ? createApp(createBrowserDesktop(), connectWorker) : createApp(shell.desktop, shell.connect);
shell
  ?.follow({
    opened: (opened) => app.openBytes(opened.bytes, opened.file),
    save: () => void app.save(false),
    failed: (why) => app.tell("error", why),
    command: (id) => runMenuCommand(app, id, shell.editField),
  })
  .catch((error: unknown) => app.tell("error", String(error)));
if (shell !== null) followMenu(app, shell.describeMenu);
createRoot(place).render(
  <StrictMode>
    <AppProvider value={app}>
      <Tooltip.Provider delayDuration={350}>
        <Window />
      </Tooltip.Provider>
    </AppProvider>
  </StrictMode>,
);
