/** @file Every entry of the protocol refuses what does not fit: tests made from the table, on both sides. */
import { describe, expect, test, vi } from "vitest";
import { EngineClient } from "./client";
import { serveFixture } from "./host-fixture";
import { malformed as malformedOf, sampleOf } from "./malformed-fixture";
import { platformPort } from "./port";
import { calls, clientMessage, events, hostMessage, type CallName, type EventName } from "./protocol";

const callNames = Object.keys(calls) as CallName[];
const eventNames = Object.keys(events) as EventName[];
const malformed: readonly (readonly [string, unknown])[] = [
  ["nothing", undefined],
  ["null", null],
  ["a number", 1],
  ["a list", []],
  ["text", "session"],
];
/** These two take an empty object; every other call names its session or a version. */
const empty: readonly CallName[] = ["devices"];

describe.each(callNames)("call %s", (name) => {
  test.each(malformed)("refuses %s as a request", (_, payload) => {
    expect(calls[name].request.safeParse(payload).success).toBe(false);
  });

  test.each(malformed)("refuses %s as a reply", (_, payload) => {
    expect(calls[name].reply.safeParse(payload).success).toBe(false);
  });

  test("refuses a request without its session", () => {
    expect(calls[name].request.safeParse({}).success).toBe(empty.includes(name));
    expect(calls[name].request.safeParse({ session: 5, protocol: "1" }).success).toBe(empty.includes(name));
  });

  test("refuses malformed progress", () => {
    expect(calls[name].progress?.safeParse({ done: "3", step: "3" }).success ?? false).toBe(false);
  });

  test("a host refuses a malformed payload that came past the client", async () => {
    if (empty.includes(name)) return;
    const { port1, port2 } = new MessageChannel();
    const host = serveFixture(platformPort(port2));
    const answer = new Promise<unknown>((resolve) => port1.addEventListener("message", (e) => resolve(e.data)));
    port1.start();
    port1.postMessage({ kind: "call", id: 7, name, payload: { session: 5 } });
    expect(await answer).toMatchObject({ kind: "failure", id: 7, failure: { code: "protocol.request" } });
    await host.close();
    port1.close();
  });

  test("a client refuses to send it", async () => {
    if (empty.includes(name)) return;
    const { port1, port2 } = new MessageChannel();
    const client = new EngineClient(platformPort(port1));
    const payload = { session: 5 } as never;
    await expect(client.call(name, payload)).rejects.toMatchObject({ code: "protocol.request" });
    client.close();
    port2.close();
  });
});

describe.each(eventNames)("event %s", (name) => {
  test.each(malformed)("refuses %s", (_, payload) => {
    expect(events[name].safeParse(payload).success).toBe(false);
  });

  test("refuses one without its session", () => {
    expect(events[name].safeParse({}).success).toBe(false);
  });
});

/** Both ends of a channel: what the far one sends, the near one gets as it is. */
function channel() {
  const { port1, port2 } = new MessageChannel();
  return { near: port1, far: port2, close: () => [port1, port2].forEach((port) => port.close()) };
}

describe("variants made from the schemas", () => {
  test.each(callNames)("a host refuses every malformed %s, and lives", async (name) => {
    const { near, far, close } = channel();
    const host = serveFixture(platformPort(far));
    const answers: { kind: string; id: number; failure?: { code: string } }[] = [];
    near.addEventListener("message", (event: MessageEvent<(typeof answers)[number]>) => void answers.push(event.data));
    near.start();
    const variants = [...malformedOf(calls[name].request)];
    expect(calls[name].request.safeParse(sampleOf(calls[name].request)).error).toBeUndefined();
    expect(variants.length).toBeGreaterThan(5);
    variants.forEach(([, payload], id) => near.postMessage({ kind: "call", id, name, payload }, []));
    await vi.waitFor(() => expect(answers.length).toBe(variants.length));
    const taken = answers.filter(({ failure }) => failure?.code !== "protocol.request");
    expect(taken.map(({ id }) => variants[id]?.[0])).toEqual([]);
    await host.close();
    close();
  });

  test.each(callNames)("a client refuses every malformed reply to %s", async (name) => {
    const { near, far, close } = channel();
    const client = new EngineClient(platformPort(near));
    const variants = [...malformedOf(calls[name].reply)];
    far.addEventListener("message", (event: MessageEvent<{ id: number }>) =>
      far.postMessage({ kind: "reply", id: event.data.id, payload: variants[event.data.id - 1]?.[1] }, []),
    );
    far.start();
    const request = sampleOf(calls[name].request) as never;
    const ends = await Promise.allSettled(variants.map(() => client.call(name, request)));
    const taken = ends.flatMap((end, i) =>
      end.status === "rejected" && (end.reason as { code: string }).code === "protocol.reply" ? [] : [variants[i]?.[0]],
    );
    expect(taken).toEqual([]);
    close();
  });

  test.each(eventNames)("a client passes no malformed %s on", async (name) => {
    const { near, far, close } = channel();
    const client = new EngineClient(platformPort(near));
    const heard: unknown[] = [];
    client.on(name, (payload) => heard.push(payload));
    for (const [, payload] of malformedOf(events[name])) far.postMessage({ kind: "event", name, payload }, []);
    const sound = sampleOf(events[name]);
    far.postMessage({ kind: "event", name, payload: sound }, []);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0));
    expect(heard).toEqual([sound]);
    close();
  });
});

describe("envelopes", () => {
  const hostRefuses: readonly (readonly [string, unknown])[] = [
    ...malformed,
    ["an unknown call", { kind: "call", id: 1, name: "format", payload: {} }],
    ["a negative id", { kind: "cancel", id: -1 }],
  ];
  test.each(hostRefuses)("a host refuses %s", (_, message) =>
    expect(clientMessage.safeParse(message).success).toBe(false),
  );

  const clientRefuses: readonly (readonly [string, unknown])[] = [
    ...malformed,
    ["an unknown event", { kind: "event", name: "secret", payload: {} }],
    ["a reply without id", { kind: "reply" }],
  ];
  test.each(clientRefuses)("a client refuses %s", (_, message) =>
    expect(hostMessage.safeParse(message).success).toBe(false),
  );

  test("a malformed reply fails its call", async () => {
    const { port1, port2 } = new MessageChannel();
    const client = new EngineClient(platformPort(port1));
    port2.addEventListener("message", (e: MessageEvent<{ id: number }>) => {
      port2.postMessage({ kind: "reply", id: e.data.id, payload: { devices: "many" } });
    });
    port2.start();
    await expect(client.call("devices", {})).rejects.toMatchObject({ code: "protocol.reply" });
    client.close();
    port2.close();
  });
});
