/** @file A path under way to its plan lets the event loop turn, and can be given up without a trace. */
import { readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { wasmBackend } from "../backends/wasm";
import { parseDocument } from "../document/parse";
import { buildProgram } from "../program/build-program";
import { Trainer } from "./trainer";

/** E17 with as many middle layers as a person may ask for by mistake. */
async function longLoop(turns = 200) {
  const text = readFileSync(new URL("../../assets/examples/mlp-dynamic.chainrule", import.meta.url), "utf8");
  const constant = JSON.stringify(JSON.parse(text), (key, value: unknown) =>
    key === "count" && typeof value === "object" ? { kind: "constant", value: turns } : value,
  );
  const parsed = parseDocument(constant);
  const built = parsed.ok ? buildProgram(parsed.document, { float: "float32", resources: new Map() }) : null;
  if (!built?.ok) throw new Error("the example does not build");
  const device = await wasmBackend.open({ memoryBudgetBytes: 2 ** 30 });
  const clock = { now: () => performance.now(), breathe: () => nextTurn() };
  const trainer = await Trainer.create({ device, clock, program: built.program, seed: 0 });
  return { device, trainer };
}

test("a trace of a long loop is given up between two pieces, and the run that follows is as if it had not begun", async () => {
  const { device, trainer } = await longLoop();
  const before = { bytes: device.bytes(), checkpoint: await trainer.checkpoint() };
  let asked = 0;
  const end = await trainer.run({ until: 1, stopOnNaN: true, abandoned: () => ++asked > 3 });
  expect(end).toEqual({ reason: "cancelled", step: 0 });
  expect(asked).toBe(4);
  expect(await trainer.checkpoint()).toEqual(before.checkpoint);
  // The first layer's product is fixed for the run and may have been computed; nothing else is left.
  expect(trainer.paths).toBe(0);
  expect(device.bytes()).toBe(before.bytes);
});

test("tracing and compiling a long loop let the event loop turn all along", async () => {
  const { trainer } = await longLoop();
  let turned = 0;
  const over = new AbortController();
  const count = (): void => {
    turned++;
    if (!over.signal.aborted) setImmediate(count);
  };
  count();
  const end = await trainer.run({ until: 1, stopOnNaN: true, abandoned: () => false });
  over.abort();
  expect(end).toEqual({ reason: "done", step: 1 });
  expect(turned).toBeGreaterThan(20);
});

test("a loop that asks for too much is refused early, with what it would take", async () => {
  const { device, trainer } = await longLoop(50_000);
  const before = device.bytes();
  const run = trainer.run({ until: 1, stopOnNaN: true });
  await expect(run).rejects.toThrow(
    /^Repeat ".*": one step would record about \d+ values, expected at most 250000\. Use fewer turns/,
  );
  expect(device.bytes()).toBe(before);
});
