/** @file What crosses between the window and main, as schemas. Sizes are bounded: a broken page cannot fill memory or disk. */
import { z } from "zod";

z.config({ jitless: true });

const mebibyte = 2 ** 20;

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, "expected bytes");

/** Opaque: main alone knows which path it stands for. */
export const fileKey = z.string().min(1).max(64);
export const fileName = z.string().min(1).max(255);
export const fileText = z.string().max(256 * mebibyte);
export const fileReference = z.strictObject({ key: fileKey, name: z.string().max(4096), where: z.string().max(4096) });
export const fileReferences = z.array(fileReference).max(64);
export const openedFile = z.strictObject({ file: fileReference, bytes });

/** A name that neither climbs nor hides, on any system. */
const isPlainName = (part: string): boolean =>
  /^[\p{L}\p{N}_@-][\p{L}\p{M}\p{N}_@. -]*$/u.test(part) && !/[. ]$/.test(part);

/** A folder made inside a chosen one. */
export const folderName = z.string().min(1).max(255).refine(isPlainName, "expected a plain name");

/** A path inside a chosen folder: relative, forward slashes. */
export const innerPath = z
  .string()
  .min(1)
  .max(512)
  .refine((path) => path.split("/").every(isPlainName), "expected names separated by /");

export const exportedFiles = z
  .array(
    z.strictObject({
      path: innerPath,
      content: z.union([
        fileText,
        bytes.refine((content) => content.byteLength <= 1024 * mebibyte, "expected at most 1 GiB"),
      ]),
    }),
  )
  .max(1024);

export const journalId = z.string().regex(/^[0-9A-Za-z-]{1,64}$/);
export const journalEntry = z.strictObject({
  id: journalId,
  name: z.string().max(4096),
  fileName: z.string().max(4096).nullable(),
  savedAt: z.number().finite(),
  edits: z.int().min(0),
  text: fileText,
});

/** What the native menus show: the window's commands, by group. */
export const menu = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(64),
        title: z.string().min(1).max(256),
        items: z
          .array(
            z.strictObject({
              id: z.string().min(1).max(64),
              title: z.string().min(1).max(256),
              /** As declared, such as "Mod+Shift+E". */
              keys: z.string().max(64).nullable(),
              enabled: z.boolean(),
              /** Of a toggle: whether it is on. */
              checked: z.boolean().nullable(),
            }),
          )
          .max(256),
      }),
    )
    .max(32),
});

export type SharedMenu = z.infer<typeof menu>;
export type SharedFileReference = z.infer<typeof fileReference>;
export type SharedJournalEntry = z.infer<typeof journalEntry>;
