/** @file What the session's tests share: a host over Node's timers, and the documents of the gallery. */
import { readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { referenceBackend } from "../backends/reference/index";
import { wasmBackend } from "../backends/wasm/index";
import type { ChainruleDocument } from "../document/document";
import { parseDocument } from "../document/parse";
import { EngineClient } from "./client";
import { serve } from "./host";
import { platformPort, type MessagePortLike } from "./port";

/** Serves a port with the CPU backends. */
export function serveFixture(port: MessagePortLike): ReturnType<typeof serve> {
  return serve(port, {
    engine: "test",
    backends: ["wasm", "reference"],
    load: (name) => Promise.resolve(name === "wasm" ? wasmBackend : referenceBackend),
    clock: { now: () => performance.now(), breathe: () => nextTurn() },
    memoryBudgetBytes: 2 ** 28,
  });
}

/** A client that has shaken hands with such a host in this process, and what ends both. */
export async function connectFixture(): Promise<{ readonly client: EngineClient; close(): Promise<void> }> {
  const { port1, port2 } = new MessageChannel();
  const host = serveFixture(platformPort(port2));
  const client = new EngineClient(platformPort(port1));
  await client.hello("test");
  return {
    client,
    async close() {
      client.close();
      await host.close();
    },
  };
}

/** A document of assets/examples. */
export function exampleDocument(name: string): ChainruleDocument {
  const file = new URL(`../../assets/examples/${name}.chainrule`, import.meta.url);
  const parsed = parseDocument(readFileSync(file, "utf8"));
  if (!parsed.ok) throw new Error(`${name} does not parse`);
  return parsed.document;
}
