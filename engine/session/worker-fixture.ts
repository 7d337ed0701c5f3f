/** @file A worker thread that hosts the engine: bundled and started by the session's tests. */
import { parentPort } from "node:worker_threads";
import { serveFixture } from "./host-fixture";

const port = parentPort;
if (port) {
  serveFixture({
    postMessage: (message, transfer) => port.postMessage(message, [...transfer] as ArrayBuffer[]),
    receive: (handler) => port.on("message", handler),
    close: () => port.close(),
  });
}
