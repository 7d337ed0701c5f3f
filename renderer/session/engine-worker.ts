/** @file Starts the engine's Worker and notices its end, whatever ended it: a Worker that is terminated tells nobody. */
import { text } from "../text/text";

const words = text.engine;

/** Begins a life of the engine; `gone` is called once, when it is over. */
export function startEngineWorker(gone: (why: string) => void): Worker {
  const worker = new Worker(new URL("../../engine/session/web-worker.ts", import.meta.url), {
    type: "module",
    name: "engine",
  });
  // The Worker holds this lock as long as it lives; who waits for it is told of the end by the browser itself.
  const lock = `engine ${crypto.randomUUID()}`;
  worker.addEventListener(
    "message",
    () => void navigator.locks.request(lock, () => gone(words.gone)).catch(() => undefined),
    { once: true },
  );
  worker.postMessage(lock, []);
  worker.addEventListener("error", (event) => gone(event.message || words.failed));
  worker.addEventListener("messageerror", () => gone(words.unreadable));
  return worker;
}
