/** @file Files are whole before, during and after a write, and the journal survives what it finds. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeAtomically } from "./atomic-file";
import { Journal } from "./journal";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "chainrule-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = (id: string, savedAt: number) => ({ id, name: id, fileName: null, savedAt, edits: 1, text: "{}" });

it("replaces a file, keeps its mode, and leaves nothing beside it", async () => {
  const file = path.join(folder, "a.chainrule");
  writeFileSync(file, "old");
  chmodSync(file, 0o600);
  await writeAtomically(file, "new");
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["a.chainrule"]);
});

it("writes through a link to the file it names", async () => {
  writeFileSync(path.join(folder, "real"), "old");
  symlinkSync(path.join(folder, "real"), path.join(folder, "link"));
  await writeAtomically(path.join(folder, "link"), "new");
  expect(readFileSync(path.join(folder, "real"), "utf8")).toBe("new");
});

it("keeps the old content when the write fails", async () => {
  mkdirSync(path.join(folder, "target"));
  writeFileSync(path.join(folder, "target", "inside"), "old");
  await expect(writeAtomically(path.join(folder, "target"), "new")).rejects.toThrow();
  expect(readFileSync(path.join(folder, "target", "inside"), "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["target"]);
});

it("offers what an earlier session left, newest first, and not its own page's work", async () => {
  const journal = new Journal(path.join(folder, "journal"));
  await journal.write(entry("one", 1));
  await journal.write(entry("two", 2));
  expect((await journal.list()).map(({ id }) => id)).toEqual(["one"]);
  await journal.release();
  expect((await journal.list()).map(({ id }) => id)).toEqual(["two", "one"]);
  expect((await new Journal(path.join(folder, "journal")).list()).map(({ id }) => id)).toEqual(["two", "one"]);
  const writing = journal.write(entry("two", 2));
  const released = journal.release();
  await Promise.all([writing, released]);
  expect(await journal.list()).toHaveLength(2);
  await journal.discard("one");
  expect((await journal.list()).map(({ id }) => id)).toEqual(["two"]);
});

it("passes over broken and foreign files in the journal", async () => {
  const place = path.join(folder, "journal");
  mkdirSync(place);
  writeFileSync(path.join(place, "half.json"), '{"id":"half"');
  writeFileSync(path.join(place, "other.json"), JSON.stringify(entry("not-its-name", 1)));
  writeFileSync(path.join(place, "note.txt"), "hello");
  await new Journal(place).write(entry("good", 1));
  expect((await new Journal(place).list()).map(({ id }) => id)).toEqual(["good"]);
});
