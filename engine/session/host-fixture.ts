/** @file What the session's tests share: a host over Node's timers, and the documents of the gallery. */
import { readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { referenceBackend } from "../backends/reference/index";
import { wasmBackend } from "../backends/wasm/index";
import type { ChainruleDocument } from "../document/document";
import { parseDocument } from "../document/parse";
import { serve } from "./host";
import type { MessagePortLike } from "./port";

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

/** A document of assets/examples. */
export function exampleDocument(name: string): ChainruleDocument {
  const file = new URL(`../../assets/examples/${name}.chainrule`, import.meta.url);
  const parsed = parseDocument(readFileSync(file, "utf8"));
  if (!parsed.ok) throw new Error(`${name} does not parse`);
  return parsed.document;
}
