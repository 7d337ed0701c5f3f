/** @file The protocol end to end without a screen: in process over a MessageChannel, and with a worker thread that dies. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { enablePatches, produceWithPatches } from "immer";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ChainruleDocument } from "../document/document";
import { EngineClient } from "./client";
import { patchedHash, wholeHash } from "./document-hash";
import { connectFixture, exampleDocument } from "./host-fixture";
import type { DocumentPatch } from "./payloads";
import { sampleWidth, type EventPayload } from "./protocol";

enablePatches();
const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function connect(): Promise<EngineClient> {
  const { client, close } = await connectFixture();
  open.push(close);
  return client;
}

const session = "s";

async function openDocument(client: EngineClient, name: string, device: "wasm" | "reference" = "wasm") {
  const document = exampleDocument(name);
  await client.call("open", { session, revision: 1, document });
  await client.call("chooseDevice", { session, device });
  return document;
}

function collectLosses(client: EngineClient): number[] {
  const losses: number[] = [];
  client.on("losses", (event) => event.steps.forEach((step, i) => (losses[step] = event.losses[i] ?? NaN)));
  return losses;
}

/** Lets events that are on their way arrive. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

function edit(
  document: ChainruleDocument,
  change: (draft: {
    training: { steps: number };
    graphs: Record<string, { nodes: Record<string, { position: { x: number }; effect?: { lr?: number } }> }>;
  }) => void,
) {
  const [next, patches] = produceWithPatches(document, (draft) => {
    change(draft as never);
  });
  return { next: next as ChainruleDocument, patches: patches as DocumentPatch[] };
}

describe("session in process", () => {
  test("refuses another protocol version", async () => {
    const client = await connect();
    await expect(client.call("hello", { protocol: 999, client: "old" })).rejects.toMatchObject({
      code: "protocol.version",
    });
  });

  test("a call for a session that is not open fails and says so", async () => {
    const client = await connect();
    await expect(client.call("run", { session: "nobody" })).rejects.toMatchObject({ code: "session.unknown" });
  });

  test("loads, compiles with progress, and runs to the document's end", async () => {
    const client = await connect();
    await openDocument(client, "poly-autograd");
    const kernels: number[] = [];
    const compiled = await client.call("compile", { session }, { onProgress: ({ done }) => kernels.push(done) });
    expect(compiled.kernels).toBeGreaterThan(0);
    expect(kernels[kernels.length - 1]).toBe(compiled.kernels);
    const losses = collectLosses(client);
    const asked = new Set<number>();
    const end = await client.call("run", { session }, { onProgress: ({ steps }) => asked.add(steps) });
    expect(end).toMatchObject({ reason: "done", step: 2000 });
    expect([...asked]).toEqual([2000]);
    await settle();
    expect(losses.length).toBe(2000);
    expect(losses[1999]).toBeCloseTo(12.2867, 2);
    const { summary, parameters } = await client.call("parameters", { session });
    expect(parameters.map((p) => p.name)).toEqual(["a", "b", "c", "d"]);
    expect(summary).toBeNull();
  });

  test("only a run is under way: what looks at a document just opened leaves it idle", async () => {
    const client = await connect();
    const states: string[] = [];
    client.on("status", ({ state }) => states.push(state));
    await openDocument(client, "poly-autograd");
    await client.call("setSampling", { session, perSecond: 15, places: [] });
    await client.call("parameters", { session });
    await settle();
    expect([...new Set(states)]).toEqual(["idle"]);
    await client.call("run", { session, steps: 2 });
    await settle();
    expect([...new Set(states)]).toEqual(["idle", "running", "done"]);
  });

  test("pauses at a step, steps once, goes on, and gives the losses of an uninterrupted run", async () => {
    const whole = await connect();
    await openDocument(whole, "mlp-dynamic");
    const expected = collectLosses(whole);
    await whole.call("run", { session, steps: 60 });
    const client = await connect();
    await openDocument(client, "mlp-dynamic");
    const losses = collectLosses(client);
    const run = client.call(
      "run",
      { session, steps: 60 },
      { onProgress: () => void client.call("pause", { session }) },
    );
    const paused = await run;
    expect(paused.reason).toBe("paused");
    expect(paused.step).toBeLessThan(60);
    const once = await client.call("stepOnce", { session });
    expect(once.step).toBe(paused.step + 1);
    expect(await client.call("run", { session, steps: 60 })).toMatchObject({ reason: "done", step: 60 });
    await settle();
    expect(once.loss).toBe(expected[paused.step]);
    expect(losses).toEqual(expected);
  });

  test("an edit travels as patches, takes effect while it runs, and a mismatch asks for the whole document", async () => {
    const client = await connect();
    const document = await openDocument(client, "poly-autograd");
    const base = { revision: 1, hash: wholeHash(document) };
    const { patches } = edit(document, (draft) => {
      const update = draft.graphs["main"]?.nodes["update"]?.effect;
      if (update) update.lr = 0;
    });
    const losses = collectLosses(client);
    const batch = () => new Promise<void>((resolve) => client.on("losses", () => resolve()));
    // Longer than any test waits: how soon the edit comes must not decide whether the run still goes on.
    const run = client.call("run", { session, steps: 1e9 });
    await batch();
    const reply = await client.call("patch", {
      session,
      base,
      revision: 2,
      hash: patchedHash(base.hash, patches),
      patches,
    });
    expect(reply.outcome).toBe("applied");
    const before = losses.length;
    while (losses.length < before + 2) await batch();
    await client.call("pause", { session });
    await run;
    await settle();
    expect(losses[losses.length - 1]).toBe(losses[before]);
    const again = await client.call("patch", { session, base, revision: 3, hash: "x", patches });
    expect(again).toMatchObject({ outcome: "mismatch", revision: 2 });
  });

  test("samples statistics of edges and ports in the order they were named", async () => {
    const client = await connect();
    await openDocument(client, "mlp-autograd");
    const samples: EventPayload<"sample">[] = [];
    client.on("sample", (event) => samples.push(event));
    const { found, layout } = await client.call("setSampling", {
      session,
      perSecond: 15,
      places: [
        { kind: "port", graph: "main", node: "loss", port: "out" },
        { kind: "edge", graph: "main", node: "nowhere", port: "in" },
      ],
    });
    expect(found).toEqual([true, false]);
    const losses = collectLosses(client);
    await client.call("run", { session, steps: 100 });
    await settle();
    expect(samples.length).toBeGreaterThan(0);
    for (const { data, step, layout: of } of samples) {
      expect(of).toBe(layout);
      expect(data.length).toBe(2 * sampleWidth);
      expect(data[2]).toBe(Math.fround(losses[step] ?? NaN));
      expect(data[6]).toBe(1);
      expect(Number.isNaN(data[sampleWidth])).toBe(true);
    }
  });

  test("fetches values and gradients, and the tape of a step with contributions that add up", async () => {
    const client = await connect();
    await openDocument(client, "legendre-function");
    const place = { kind: "port", graph: "main", node: "y_pred", port: "out" } as const;
    const { value, gradient, address } = await client.call("fetch", { session, place, maxElements: 16 });
    expect(address).toMatchObject({ revision: 1, step: 0, node: "y_pred", port: "out" });
    expect(value?.shape).toEqual([2000]);
    expect(value?.preview.data.length).toBeLessThanOrEqual(16);
    expect(gradient?.statistics.max).toBeCloseTo(1.35842, 4);
    expect(value?.histogram.bins.reduce((a, b) => a + b)).toBe(2000);
    const tape = await client.call("timeline", { session });
    expect(tape.entries.some((e) => e.op === "mul" && e.origin.phase === "backward")).toBe(true);
    const used = tape.entries.filter((e) => e.contributions.length > 0 && e.shape.length === 0);
    expect(used.length).toBeGreaterThan(3);
    for (const entry of used) {
      const sum = entry.contributions.reduce((s, c) => s + c.after.statistics.mean, 0);
      const total = entry.gradient?.statistics.mean ?? NaN;
      expect(Math.abs(sum - total)).toBeLessThanOrEqual(1e-4 * Math.abs(total) + 1e-6);
    }
  });

  test("a timeline names the parameters of modules as the state_dict does", async () => {
    const client = await connect();
    await openDocument(client, "mlp-module");
    const { entries } = await client.call("timeline", { session });
    const named = entries.filter(({ kind, gradient }) => kind === "slot" && gradient !== null);
    const names = named.map(({ attributes }) => String(attributes["name"])).sort();
    expect(names).toHaveLength(4);
    expect(names.filter((name) => name.endsWith(".weight"))).toHaveLength(2);
    expect(names.filter((name) => name.endsWith(".bias"))).toHaveLength(2);
  });

  test("previews are the fetches of their places, in their order, the worst of several calls too", async () => {
    const client = await connect();
    await openDocument(client, "poly-module");
    const fetched = { kind: "port", graph: "main", port: "out" } as const;
    const places = ["loss", "nowhere", "y_pred"].map((node) => ({ ...fetched, node }));
    const { views, step } = await client.call("previews", { session, places, maxElements: 16 });
    expect(step).toBe(0);
    expect(views.length).toBe(3);
    expect(views[1]).toEqual({ value: null, gradient: null, calls: 0, shown: 0 });
    for (const [i, place] of places.entries()) {
      const { value, gradient } = await client.call("fetch", { session, place, maxElements: 16 });
      expect(views[i]).toMatchObject({ value, gradient });
    }
    expect(views[0]?.value?.statistics.rms).toBeGreaterThan(0);
  });

  test("restores a checkpoint after a reset with the same losses", async () => {
    const client = await connect();
    await openDocument(client, "mlp-dynamic");
    const losses = collectLosses(client);
    await client.call("run", { session, steps: 20 });
    const { checkpoint } = await client.call("checkpoint", { session });
    await client.call("run", { session, steps: 40 });
    await settle();
    const first = [...losses];
    await client.call("reset", { session, seed: 5 });
    await client.call("restore", { session, checkpoint });
    losses.length = 20;
    await client.call("run", { session, steps: 40 });
    await settle();
    expect(losses.slice(20)).toEqual(first.slice(20));
  });

  test("cancels a run and a retrain; a retrain leaves the session as it is", async () => {
    const client = await connect();
    await openDocument(client, "mlp-autograd");
    const abort = new AbortController();
    const run = client.call(
      "run",
      { session, steps: 100_000 },
      { signal: abort.signal, onProgress: () => abort.abort() },
    );
    expect(await run).toMatchObject({ reason: "cancelled" });
    const before = await client.call("parameters", { session });
    const port = { kind: "port", graph: "main", node: "loss", port: "out" } as const;
    const wanted = { session, goOn: false, limitMs: 0, adopt: false, watch: [port], places: [port], maxElements: 16 };
    const retrained = await client.call("retrain", { ...wanted, steps: 30 });
    expect(retrained.losses.length).toBe(30);
    expect(retrained.step).toBe(30);
    expect(retrained.sample[0]).toBeCloseTo(retrained.losses[29] ?? 0, 3);
    expect(retrained.views[0]?.value?.statistics.mean).toBeLessThan(retrained.losses[0] ?? 0);
    expect(await client.call("parameters", { session })).toEqual(before);
    const other = new AbortController();
    const request = { ...wanted, steps: 1_000_000 };
    const call = client.call("retrain", request, { signal: other.signal, onProgress: () => other.abort() });
    await expect(call).rejects.toMatchObject({ code: "cancelled" });
  });

  test("a retrain that ran out of time goes on, and ends like one that did not", async () => {
    const client = await connect();
    const document = await openDocument(client, "poly-autograd");
    const wanted = { session, adopt: false, watch: [], places: [], maxElements: 1 };
    const whole = await client.call("retrain", { ...wanted, steps: 600, goOn: false, limitMs: 0 });
    const losses: number[] = [];
    for (let goOn = false, step = 0; step < 600; goOn = true) {
      const part = await client.call("retrain", { ...wanted, steps: 600, goOn, limitMs: 1 });
      expect(part.steps[0]).toBe(step);
      expect(part.step).toBeGreaterThan(step);
      losses.push(...part.losses);
      step = part.step;
    }
    expect(losses).toEqual([...whole.losses]);
    expect((await client.call("retrain", { ...wanted, steps: 600, goOn: true, limitMs: 0, adopt: true })).adopted).toBe(
      true,
    );
    expect((await client.call("checkpoint", { session })).checkpoint.step).toBe(600);
    await client.call("open", { session, revision: 2, document: { ...document, seed: 3 } });
    const anew = await client.call("retrain", { ...wanted, steps: 600, goOn: true, limitMs: 0 });
    expect([anew.steps[0], anew.losses.length]).toEqual([0, 600]);
    expect(anew.losses[0]).not.toBe(whole.losses[0]);
  });

  test("evaluates a document with what was refused, and gradchecks its Functions", async () => {
    const client = await connect();
    await openDocument(client, "retain-graph");
    const { values, errors } = await client.call("evaluate", { session });
    expect(values.find((v) => v.name === "grad_2")?.tensor.preview.data).toEqual(
      Float64Array.of(6, 10, 14, 18, 22, 26),
    );
    expect(errors[0]?.message).toContain("Trying to backward through the graph a second time");
    await client.call("open", { session, revision: 2, document: exampleDocument("legendre-function") });
    const { results } = await client.call("gradcheck", { session });
    expect(results.map(({ input, order, ok }) => [input, order, ok])).toEqual([["x", 1, true], ["x", 2, true]]); // prettier-ignore
  });

  test("a broken document gives diagnostics, refuses to run, and mends", async () => {
    const client = await connect();
    const document = await openDocument(client, "poly-autograd");
    const { next: broken } = edit(document, (draft) => delete draft.graphs["main"]?.nodes["squared"]);
    const { diagnostics } = await client.call("open", { session, revision: 2, document: broken });
    expect(diagnostics.some((d) => d.severity === "error")).toBe(true);
    await expect(client.call("run", { session })).rejects.toMatchObject({ code: "document.errors" });
    await client.call("open", { session, revision: 3, document });
    expect(await client.call("run", { session, steps: 5 })).toMatchObject({ reason: "done" });
  });
});

describe("session in a worker thread", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "chainrule-session-"));
  const bundle = path.join(folder, "worker.mjs");
  beforeAll(async () => {
    const entry = path.join(import.meta.dirname, "worker-fixture.ts");
    const define = { "import.meta.url": JSON.stringify(`file://${import.meta.filename}`) };
    await build({ entryPoints: [entry], outfile: bundle, bundle: true, platform: "node", format: "esm", define });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function start(): { worker: Worker; client: EngineClient } {
    const worker = new Worker(bundle);
    const client = new EngineClient({
      postMessage: (message, transfer) => worker.postMessage(message, [...transfer] as ArrayBuffer[]),
      receive: (handler) => worker.on("message", handler),
      close: () => void worker.terminate(),
    });
    worker.on("exit", () => client.fail("engine: it ended. Start it again."));
    open.push(() => client.close());
    return { worker, client };
  }

  test("killed in the middle of a run, a new one resumes from the last checkpoint with the same losses", async () => {
    const { client: whole } = start();
    const document = await openDocument(whole, "mlp-dynamic");
    const expected = collectLosses(whole);
    await whole.call("run", { session, steps: 200 });

    const { worker, client } = start();
    await openDocument(client, "mlp-dynamic");
    await client.call("setCheckpointing", { session, everyMs: 1 });
    let last: EventPayload<"checkpoint">["checkpoint"] | null = null;
    const killed = new Promise<void>((resolve) => {
      client.on("checkpoint", ({ checkpoint }) => {
        last = checkpoint;
        if (checkpoint.step < 20) return;
        void worker.terminate().then(() => resolve());
      });
    });
    const run = client.call("run", { session, steps: 200 });
    await expect(run).rejects.toMatchObject({ code: "engine.gone" });
    await killed;

    const { client: second } = start();
    await second.call("open", { session, revision: 1, document });
    await second.call("chooseDevice", { session, device: "wasm" });
    if (!last) throw new Error("no checkpoint came");
    const { step, restarted } = await second.call("restore", { session, checkpoint: last });
    expect(restarted).toEqual([]);
    expect(step).toBeGreaterThanOrEqual(20);
    const losses = collectLosses(second);
    expect(await second.call("run", { session, steps: 200 })).toMatchObject({ reason: "done", step: 200 });
    await settle();
    expect(losses.slice(step)).toEqual(expected.slice(step));
  });
});
