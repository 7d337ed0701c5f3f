/** @file The engine window's only script: starts the engine's Worker and hands it each port that main sends. */
import { channels, type Bridge } from "../../electron/contract/bridge";
import { startEngineWorker } from "../session/engine-worker";

const { chainrule: bridge } = window as { readonly chainrule?: Bridge };
const worker = startEngineWorker((why) => void bridge?.call("engineFailed", { why: why.slice(0, 4096) }));

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  if (event.source === window && event.data === channels.port) worker.postMessage(null, [...event.ports]);
});
