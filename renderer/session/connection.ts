/** @file How the window reaches the engine, hiding the host: a Worker of this page, or a port handed over by the desktop shell. */
import { platformPort, type MessagePortLike } from "@chainrule/engine/session";
import { startEngineWorker } from "./engine-worker";

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
  let isClosed = false;
  let tell: (why: string) => void = () => undefined;
  const worker = startEngineWorker((why) => {
    if (!isClosed) tell(why);
    isClosed = true;
  });
  const channel = new MessageChannel();
  worker.postMessage(null, [channel.port2]);
  return {
    port: platformPort(channel.port1),
    onGone(listener) {
      tell = listener;
    },
    close() {
      isClosed = true;
      worker.terminate();
    },
  };
};
