/** @file What no page may do: navigate, open windows, ask for permissions, reach the network. Set for every page there will be. */
import { app, session } from "electron";
import { appOrigin } from "./app-scheme";

/** Ctrl+C and Ctrl+V of nodes; everything else a page could ask for is refused. */
const granted: ReadonlySet<string> = new Set(["clipboard-sanitized-write", "clipboard-read"]);

function isInside(url: string): boolean {
  return url.startsWith(`${appOrigin}/`) || url.startsWith(`blob:${appOrigin}/`) || url.startsWith("data:");
}

/** Takes hold before the first window. */
export function guardPages(): void {
  app.on("web-contents-created", (_, contents) => {
    contents.on("will-navigate", (event) => event.preventDefault());
    contents.on("will-redirect", (event) => event.preventDefault());
    contents.on("will-attach-webview", (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: "deny" }));
  });
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_, permission, answer) => answer(granted.has(permission)));
  defaultSession.setPermissionCheckHandler((_, permission) => granted.has(permission));
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.on("will-download", (event) => event.preventDefault());
  defaultSession.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: !isInside(details.url) && !details.url.startsWith("devtools:") }),
  );
}
