/** @file Generated over the contract: every call and event takes its sample, and refuses every malformed variant of it. */
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { calls, events, isCallName, readPayload } from "./calls";

const file = { key: "0f", name: "sine.chainrule", where: "/home/ada" };
const opened = { file, bytes: new Uint8Array([123, 125]) };
const entry = { id: "a-1", name: "sine", fileName: null, savedAt: 1, edits: 2, text: "{}" };

const requests: Readonly<Record<keyof typeof calls, unknown>> = {
  start: {},
  open: {},
  openRecent: { key: "0f" },
  save: { key: null, suggestedName: "sine.chainrule", text: "{}" },
  exportFiles: { name: "model", files: [{ path: "src/model.ts", content: "x" }] },
  listJournal: {},
  writeJournal: { entry },
  releaseJournal: {},
  discardJournal: { id: "a-1" },
  describe: { title: "sine", unsaved: true },
  describeMenu: {
    menu: {
      groups: [
        {
          id: "file",
          title: "File",
          items: [{ id: "save", title: "Save", keys: "Mod+S", enabled: true, checked: true }],
        },
      ],
    },
  },
  editField: { what: "undo" },
  connectEngine: {},
  engineFailed: { why: "out of memory" },
};

const replies: Readonly<Record<keyof typeof calls, unknown>> = {
  start: { recent: [file], opened },
  open: opened,
  openRecent: null,
  save: file,
  exportFiles: true,
  listJournal: [entry],
  writeJournal: null,
  releaseJournal: null,
  discardJournal: null,
  describe: null,
  describeMenu: null,
  editField: null,
  connectEngine: null,
  engineFailed: null,
};

const sent: Readonly<Record<keyof typeof events, unknown>> = {
  recent: { recent: [file] },
  opened,
  failed: { why: "gone" },
  command: { id: "save" },
  saveRequested: {},
  engineGone: { why: "killed" },
};

const wrongValues: readonly unknown[] = [
  undefined,
  7,
  NaN,
  "",
  "x".repeat(5000),
  [],
  [{}],
  { a: 1 },
  () => 1,
  Symbol.iterator,
  new Date(),
];

/** One field at a time replaced, dropped or added, at every depth. */
function* malformed(sample: unknown): Generator<readonly [string, unknown]> {
  for (const wrong of wrongValues) yield [`as ${String(typeof wrong)} ${JSON.stringify(wrong)?.slice(0, 20)}`, wrong];
  if (typeof sample !== "object" || sample === null || sample instanceof Uint8Array) return;
  if (!Array.isArray(sample)) yield ["with a field too many", { ...sample, __extra: 1 }];
  for (const [field, value] of Object.entries(sample)) {
    const replace = (by: unknown): unknown =>
      Array.isArray(sample) ? sample.map((old, i) => (String(i) === field ? by : old)) : { ...sample, [field]: by };
    if (!Array.isArray(sample))
      yield [`without ${field}`, Object.fromEntries(Object.entries(sample).filter(([name]) => name !== field))];
    for (const [how, inner] of malformed(value)) yield [`${field} ${how}`, replace(inner)];
  }
}

/** True where a wrong value is of the sample's own kind, and so is none: another text for a text, another number for a number. */
function isSameKind(schema: z.ZodType, value: unknown, sample: unknown): boolean {
  return schema.safeParse(value).success && JSON.stringify(kinds(value)) === JSON.stringify(kinds(sample));
}

function kinds(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? "list" : value.map(kinds);
  if (value instanceof Uint8Array) return "bytes";
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, kinds(inner)]));
}

function refusesMalformed(schema: z.ZodType, sample: unknown): number {
  let refused = 0;
  for (const [how, value] of malformed(sample)) {
    const { success } = schema.safeParse(value);
    if (!success) refused++;
    else if (!isSameKind(schema, value, sample)) {
      const isOptionalList = JSON.stringify(kinds(value))?.includes('"list"') === true;
      const isNullableText = JSON.stringify(kinds(sample))?.includes('"null"') === true;
      expect(isOptionalList || isNullableText, `accepted ${how}`).toBe(true);
    }
  }
  return refused;
}

describe.each(Object.keys(calls) as (keyof typeof calls)[])("call %s", (name) => {
  const { request, reply } = calls[name];
  it("takes its samples", () => {
    expect(request.safeParse(requests[name]).error).toBeUndefined();
    expect(reply.safeParse(replies[name]).error).toBeUndefined();
  });
  it("refuses malformed requests", () => {
    expect(refusesMalformed(request, requests[name])).toBeGreaterThan(9);
  });
  it("refuses malformed replies", () => {
    expect(refusesMalformed(reply, replies[name])).toBeGreaterThan(5);
  });
});

describe.each(Object.keys(events) as (keyof typeof events)[])("event %s", (name) => {
  it("takes its sample and refuses malformed ones", () => {
    expect(events[name].safeParse(sent[name]).error).toBeUndefined();
    expect(refusesMalformed(events[name], sent[name])).toBeGreaterThan(9);
  });
});

describe("names and paths", () => {
  it.each(["toString", "__proto__", "constructor", "", "nothing", 7, null])("%j is no call", (name) => {
    expect(isCallName(name)).toBe(false);
  });
  it.each([
    "../x",
    "/etc/passwd",
    "a/../../x",
    "a//b",
    "a\\b",
    "C:/x",
    ".hidden",
    "a/.git/x",
    "x.",
    "",
    "a/b\0",
    "a/ b",
  ])("an export cannot write to %j", (path) => {
    const payload = { name: "model", files: [{ path, content: "x" }] };
    expect(calls.exportFiles.request.safeParse(payload).success).toBe(false);
  });
  it.each(["..", ".", "a/..", "a/b", "/", "C:", ".git", "x ", "a\\b", ""])("an export makes no folder %j", (name) => {
    const payload = { name, files: [{ path: "a.ts", content: "x" }] };
    expect(calls.exportFiles.request.safeParse(payload).success).toBe(false);
  });
  it.each(["../x", "a/b", "", "x".repeat(65), "a.b"])("%j is no journal entry", (id) => {
    expect(calls.discardJournal.request.safeParse({ id }).success).toBe(false);
  });
  it("names the call and the field in its refusal", () => {
    expect(() => readPayload("openRecent", calls.openRecent.request, { key: 7 })).toThrow(/openRecent: key: /);
  });
});
