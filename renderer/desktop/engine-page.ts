/** @file The engine window's only script: starts the engine's Worker and hands it each port that main sends. */
import { channels, type Bridge } from "../../electron/contract/bridge";

const worker = new Worker(new URL("../../engine/session/web-worker.ts", import.meta.url), {
  type: "module",
  name: "engine",
});
const { chainrule: bridge } = window as { readonly chainrule?: Bridge };

function fail(why: string): void {
  void bridge?.call("engineFailed", { why });
}

worker.addEventListener("error", (event) => fail(event.message || "the engine's Worker failed"));
worker.addEventListener("messageerror", () => fail("a message could not be read"));
window.addEventListener("message", (event: MessageEvent<unknown>) => {
  if (event.source === window && event.data === channels.port) worker.postMessage(null, [...event.ports]);
});
