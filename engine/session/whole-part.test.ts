/** @file A document under construction: what is whole in it is computed for the pictures of its nodes. */
import { afterEach, describe, expect, it } from "vitest";
import type { ChainruleDocument } from "../document/document";
import type { EngineClient } from "./client";
import { connectFixture, exampleDocument } from "./host-fixture";

const session = "s";
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function opened(document: ChainruleDocument): Promise<EngineClient> {
  const { client, close } = await connectFixture();
  open.push(close);
  await client.call("open", { session, revision: 1, document });
  return client;
}

/** E03 without the edges that end at these nodes. */
function unwired(...nodes: readonly string[]): ChainruleDocument {
  const document = exampleDocument("poly-autograd");
  const main = document.graphs[document.root];
  if (main === undefined) throw new Error("E03 has no root");
  const edges = main.edges.filter(({ to }) => !nodes.includes(to[0]));
  return { ...document, graphs: { ...document.graphs, [document.root]: { ...main, edges } } };
}

async function firstOf(client: EngineClient, ...nodes: readonly string[]): Promise<readonly (number | null)[]> {
  const places = nodes.map((node) => ({ kind: "port" as const, graph: "main", node, port: "out" }));
  const { views } = await client.call("previews", { session, places, maxElements: 4 });
  return views.map(({ value }) => value?.preview.data[0] ?? null);
}

describe("the whole part of a broken document", () => {
  it("is what does not need a node that was refused", async () => {
    const client = await opened(unwired("loss", "backward"));
    const [x, squared, loss] = await firstOf(client, "x", "squared", "loss");
    expect(x).toBeCloseTo(-Math.PI, 5);
    expect(squared).toBeGreaterThan(0);
    expect(loss).toBeNull();
  });

  it("has the values that the whole document has", async () => {
    const [whole] = await firstOf(await opened(exampleDocument("poly-autograd")), "squared");
    const [part] = await firstOf(await opened(unwired("backward")), "squared");
    expect(part).toBe(whole);
  });

  it("does not make a document that is broken run", async () => {
    const client = await opened(unwired("loss"));
    await firstOf(client, "x");
    await expect(client.call("run", { session })).rejects.toMatchObject({ code: "document.errors" });
  });
});
