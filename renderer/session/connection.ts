/** @file How the window reaches the engine, hiding the host: a Worker of this page, or a port handed over by the desktop shell. */
import { platformPort, type MessagePortLike } from "@chainrule/engine/session";

/** One life of the engine. */
export interface EngineConnection {
  readonly port: MessagePortLike;
  /** Called when the engine has died or was ended; then connect again. */
  onGone(listener: (why: string) => void): void;
  close(): void;
}

export type Connect = () => Promise<EngineConnection>;

/** The engine in a Worker of this page. */
export const connectWorker: Connect = async () => {
  const worker = new Worker(new URL("../../engine/session/web-worker.ts", import.meta.url), {
    type: "module",
    name: "engine",
  });
  const channel = new MessageChannel();
  worker.postMessage(null, [channel.port2]);
  return {
    port: platformPort(channel.port1),
    onGone(listener) {
      worker.addEventListener("error", (event) => listener(event.message));
      worker.addEventListener("messageerror", () => listener("a message could not be read"));
    },
    close: () => worker.terminate(),
  };
};
