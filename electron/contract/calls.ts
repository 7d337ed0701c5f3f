/** @file The contract: every call a page may make of main and every event main sends, declared once with who, what and what comes back. */
import { z } from "zod";
import {
  exportedFiles, fileKey, fileName, fileReference, fileReferences, fileText, folderName, journalEntry, journalId, menu, openedFile,
} from "./payloads"; // prettier-ignore

z.config({ jitless: true });

const nothing = z.strictObject({});

interface CallDeclaration {
  /** Which page may make it. */
  readonly from: "window" | "engine";
  readonly request: z.ZodType;
  readonly reply: z.ZodType;
}

export const calls = {
  /** First call of a window: recent files, and the document the app was started with, if any. */
  start: { from: "window", request: nothing, reply: z.strictObject({ recent: fileReferences, opened: openedFile.nullable() }) },
  open: { from: "window", request: nothing, reply: openedFile.nullable() },
  openRecent: { from: "window", request: z.strictObject({ key: fileKey }), reply: openedFile.nullable() },
  save: {
    from: "window",
    request: z.strictObject({ key: fileKey.nullable(), suggestedName: fileName, text: fileText }),
    reply: fileReference.nullable(),
  },
  exportFiles: { from: "window", request: z.strictObject({ name: folderName, files: exportedFiles }), reply: z.boolean() },
  listJournal: { from: "window", request: nothing, reply: z.array(journalEntry) },
  /** Answers when the entry is on the disk. */
  writeJournal: { from: "window", request: z.strictObject({ entry: journalEntry }), reply: z.null() },
  /** The window works on another document: what it wrote last is offered from now on. */
  releaseJournal: { from: "window", request: nothing, reply: z.null() },
  discardJournal: { from: "window", request: z.strictObject({ id: journalId }), reply: z.null() },
  describe: {
    from: "window",
    request: z.strictObject({ title: z.string().max(4096), unsaved: z.boolean() }),
    reply: z.null(),
  },
  /** What the native menus show from now on. */
  describeMenu: { from: "window", request: z.strictObject({ menu }), reply: z.null() },
  /** What a menu means to a text field that has the focus; its own undo is not the document's. */
  editField: {
    from: "window",
    request: z.strictObject({ what: z.enum(["undo", "redo", "cut", "copy", "paste", "selectAll"]) }),
    reply: z.null(),
  },
  /** Answers once the engine runs; its port comes as a message of the page. A second call begins a new life of the engine. */
  connectEngine: { from: "window", request: nothing, reply: z.null() },
  /** The engine's Worker has failed; main ends its window. */
  engineFailed: { from: "engine", request: z.strictObject({ why: z.string().max(4096) }), reply: z.null() },
} as const satisfies Record<string, CallDeclaration>; // prettier-ignore

export const events = {
  recent: z.strictObject({ recent: fileReferences }),
  /** A file was opened from outside: double-clicked, or given to a second start of the app. */
  opened: openedFile,
  /** A file that was to be opened from outside could not be read. */
  failed: z.strictObject({ why: z.string() }),
  /** The person chose a command in a native menu. */
  command: z.strictObject({ id: z.string().min(1).max(64) }),
  /** The person chose to save before closing. */
  saveRequested: nothing,
  engineGone: z.strictObject({ why: z.string() }),
} as const satisfies Record<string, z.ZodType>;

export type CallName = keyof typeof calls;
export type Request<N extends CallName> = z.infer<(typeof calls)[N]["request"]>;
export type Reply<N extends CallName> = z.infer<(typeof calls)[N]["reply"]>;
export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.infer<(typeof events)[N]>;

/** A name of the table itself; nothing inherited. */
export function isCallName(name: unknown): name is CallName {
  return typeof name === "string" && Object.hasOwn(calls, name);
}

function firstFault(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? "malformed" : `${issue.path.join(".") || "payload"}: ${issue.message}`;
}

/** A payload as its schema has it; throws a sentence that names the call and the first fault. */
export function readPayload<S extends z.ZodType>(where: string, schema: S, payload: unknown): z.infer<S> {
  const read = schema.safeParse(payload);
  if (!read.success) throw new Error(`contract › ${where}: ${firstFault(read.error)}. The call was refused.`);
  return read.data;
}
