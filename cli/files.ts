/** @file Files, read within limits and written whole or not at all. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import process from "node:process";
import { CommandFailure, systemReason } from "./failure";

function tooLarge(file: string, size: string, most: number): CommandFailure {
  const message = `${file}: found ${size}, expected at most ${mebibytes(most)}. Use a smaller file.`;
  return new CommandFailure(2, "file.tooLarge", message, file);
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** What a pipe or a device gives, which has no size to ask for: to its end, or to `most` bytes. */
function readStream(file: string, most: number): Uint8Array {
  const descriptor = openSync(file, "r");
  try {
    const parts: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const part = new Uint8Array(1 << 20);
      const count = readSync(descriptor, part);
      if (count === 0) return Buffer.concat(parts, total);
      total += count;
      if (total > most) throw tooLarge(file, `more than ${mebibytes(most)}`, most);
      parts.push(part.subarray(0, count));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes of a file. Fails with code 2 when it cannot be read, or holds more than `most` bytes. */
export function readFile(file: string, most: number): Uint8Array {
  try {
    const status = statSync(file);
    if (!status.isFile() && !status.isDirectory()) return readStream(file, most);
    if (status.size > most) throw tooLarge(file, mebibytes(status.size), most);
    return readFileSync(file);
  } catch (error) {
    const reason = error instanceof CommandFailure ? null : systemReason(error);
    if (reason === null) throw error;
    const message = `${file}: it cannot be read, ${reason}. Check the path.`;
    throw new CommandFailure(2, "file.unreadable", message, file);
  }
}

/** Fails with code 2 when nothing could be written there: asked before a long run, not after it. */
export function checkWritable(file: string): void {
  const probe = temporaryName(file);
  if (file === "" || statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    const found = file === "" ? "no name" : `the folder ${file}`;
    throw new CommandFailure(
      2,
      "file.unwritable",
      `--save: found ${found}, expected a file's name. Choose another.`,
      file,
    );
  }
  try {
    closeSync(openSync(probe, "wx"));
  } catch (error) {
    throw unwritable(file, error);
  }
  remove(probe);
}

/** Removes a temporary file; that it cannot be removed is nothing the person could mend. */
function remove(temporary: string): void {
  try {
    rmSync(temporary, { force: true });
  } catch {
    // The folder itself is gone or is none: there is nothing to remove.
  }
}

/** Writes a whole file: into a temporary one beside it, which then takes its name. `named` is what an error calls it. */
export function writeFile(file: string, content: string | Uint8Array, named = file): void {
  const temporary = temporaryName(file);
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    const descriptor = openSync(temporary, "wx");
    try {
      for (let offset = 0; offset < bytes.length;) offset += writeSync(descriptor, bytes, offset);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    remove(temporary);
    throw unwritable(named, error);
  }
}

/** Makes a folder and those above it, one at a time: Node's own recursion never ends below /proc. */
export function makeFolder(folder: string, named = folder): void {
  if (existsSync(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolder(above, named);
  try {
    mkdirSync(folder);
  } catch (error) {
    throw unwritable(named, error);
  }
}

function temporaryName(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
}

/** A system error at `file` as a failure with code 2; any other error as it is. */
export function unwritable(file: string, error: unknown): unknown {
  if (error instanceof CommandFailure) return error;
  const reason = systemReason(error);
  if (reason === null) return error;
  const message = `${file}: it cannot be written, ${reason}. Nothing was changed; choose another place.`;
  return new CommandFailure(2, "file.unwritable", message, file);
}
