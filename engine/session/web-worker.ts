/** @file Host entry: the whole engine in a Worker of a page, reached only by messages. Backends load when asked for. */
import type { Backend, BackendName } from "../backends/backend";
import type { EngineBundle } from "../export/typescript";
import type { Clock } from "../train/clock";
import { serve } from "./host";
import { platformPort } from "./port";

/** What one document may take of a device: browsers give a page a few GB at most. */
const memoryBudgetBytes = 2 * 2 ** 30;

async function load(name: BackendName): Promise<Backend> {
  switch (name) {
    case "webgpu": {
      const { createWebgpuBackend } = await import("../backends/webgpu/backend");
      return createWebgpuBackend({ gpu: async () => navigator.gpu ?? null, now: () => performance.now() });
    }
    case "wasm":
      return (await import("../backends/wasm")).wasmBackend;
    case "reference":
      return (await import("../backends/reference")).referenceBackend;
  }
}

const turns = new MessageChannel();
const waiting: (() => void)[] = [];
turns.port1.addEventListener("message", () => waiting.shift()?.());
turns.port1.start();

const clock: Clock = {
  now: () => performance.now(),
  // A message turns the event loop at once; a timer would wait four milliseconds.
  breathe: () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      turns.port2.postMessage(null);
    }),
};

/** The engine as exported projects carry it: two files that the build puts beside the page. */
async function engineBundle(): Promise<EngineBundle> {
  const read = async (file: string): Promise<string> => {
    const answer = await fetch(new URL(`../engine/${file}`, self.location.href));
    if (!answer.ok)
      throw new Error(`export: ${file} of the engine is missing (${answer.status}). Build the app again.`);
    return answer.text();
  };
  const [js, dts] = await Promise.all([read("index.js"), read("index.d.ts")]);
  return { js, dts };
}

// First the name of the lock that says it is alive, then the port where it listens.
self.addEventListener("message", function first(event: MessageEvent<unknown>) {
  const { data } = event;
  if (typeof data === "string") {
    void navigator.locks.request(data, () => {
      self.postMessage(null, { transfer: [] });
      return new Promise(() => {});
    });
    return;
  }
  const [port] = event.ports;
  if (port === undefined) return;
  self.removeEventListener("message", first);
  serve(platformPort(port), {
    engine: "chainrule",
    backends: ["webgpu", "wasm", "reference"],
    load,
    clock,
    memoryBudgetBytes,
    engineBundle,
  });
});
