/** @file Documents and patches that try to reach beyond themselves: names of the prototype, and sizes made to fill memory. */
import { describe, expect, test } from "vitest";
import type { ChainruleDocument } from "../document/document";
import { EngineClient } from "./client";
import { patchedHash } from "./document-hash";
import { exampleDocument, serveFixture } from "./host-fixture";
import { platformPort } from "./port";
import type { DocumentPatch } from "./payloads";

const session = "s";
const inherited = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"] as const;

async function connect() {
  const { port1, port2 } = new MessageChannel();
  const host = serveFixture(platformPort(port2));
  const client = new EngineClient(platformPort(port1));
  await client.hello("test");
  return { client, end: () => host.close().then(() => client.close()) };
}

/** The document as text with an id in place of another: what a file could hold and no object literal can. */
function renamed(id: string): ChainruleDocument {
  const text = JSON.stringify(exampleDocument("poly-autograd"));
  return JSON.parse(text.replaceAll('"quadratic"', JSON.stringify(id))) as ChainruleDocument;
}

const pollutions = (): unknown[] => [
  Reflect.get({}, "polluted"),
  Reflect.get([], "polluted"),
  Reflect.get(() => 1, "polluted"),
];

describe("names of the prototype", () => {
  test.each(inherited)("a node called %s is a node like any other, or refused by name", async (id) => {
    const { client, end } = await connect();
    const { diagnostics } = await client.call("open", { session, revision: 0, document: renamed(id) });
    const run = client.call("run", { session, steps: 3 });
    if (diagnostics.some((each) => each.severity === "error"))
      await expect(run).rejects.toMatchObject({ code: "document.errors" });
    else expect(await run).toMatchObject({ reason: "done", step: 3 });
    expect(pollutions()).toEqual([undefined, undefined, undefined]);
    await end();
  });

  test.each(inherited)("a patch through %s changes nothing outside the document", async (name) => {
    const { client, end } = await connect();
    const opened = await client.call("open", { session, revision: 0, document: exampleDocument("poly-autograd") });
    const base = { revision: 0, hash: opened.hash };
    for (const path of [
      [name, "polluted"],
      ["graphs", name, "polluted"],
      ["graphs", "main", "nodes", name, "polluted"],
      ["constructor", "prototype", "polluted"],
    ]) {
      const patches: DocumentPatch[] = [{ op: "add", path, value: true }];
      const hash = patchedHash(base.hash, patches);
      await client.call("patch", { session, base, revision: 1, hash, patches }).catch(() => undefined);
      expect(pollutions()).toEqual([undefined, undefined, undefined]);
    }
    await end();
  });
});

describe("sizes", () => {
  test("a tensor larger than any memory is refused in a sentence, and the engine goes on", async () => {
    const { client, end } = await connect();
    const text = JSON.stringify(exampleDocument("poly-autograd")).replace('"steps":2000', '"steps":1000000000000');
    const document = JSON.parse(
      text.replace('"end":3.141592653589793,"steps":2000', '"end":3.141592653589793,"steps":1000000000000'),
    ) as ChainruleDocument;
    const opening = client
      .call("open", { session, revision: 0, document })
      .then(() => client.call("run", { session, steps: 1 }));
    await expect(opening).rejects.toThrow(/expected/);
    await client.call("open", { session, revision: 1, document: exampleDocument("poly-autograd") });
    expect(await client.call("run", { session, steps: 1 })).toMatchObject({ reason: "done" });
    await end();
  });

  test("a document nested past every stack is refused", async () => {
    const { client, end } = await connect();
    const deep = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`) as unknown;
    const document = { ...exampleDocument("poly-autograd"), view: { deep } } as unknown as ChainruleDocument;
    const end2 = await client.call("open", { session, revision: 0, document }).then(
      ({ diagnostics }) => diagnostics.length,
      (error: Error) => error.message,
    );
    expect(end2).not.toBe(0);
    await end();
  });
});
