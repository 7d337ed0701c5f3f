/** @file Files, read within limits and written whole or not at all. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import process from "node:process";
import { CommandFailure, systemReason } from "./failure";

/** The bytes of a file. Fails with code 2 when it cannot be read, or holds more than `most` bytes. */
export function readFile(file: string, most: number): Uint8Array {
  try {
    const { size } = statSync(file);
    if (size > most) {
      const [found, limit] = [size, most].map((n) => `${(n / 2 ** 20).toFixed(1)} MiB`);
      throw new CommandFailure(2, "file.tooLarge", `${file}: found ${found}, expected at most ${limit}. Use a smaller file.`, file); // prettier-ignore
    }
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

/** Writes a whole file: into a temporary one beside it, which then takes its name. */
export function writeFile(file: string, content: string | Uint8Array): void {
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
    throw unwritable(file, error);
  }
}

/** Makes a folder and those above it, one at a time: Node's own recursion never ends below /proc. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function temporaryName(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
}

function unwritable(file: string, error: unknown): unknown {
  const reason = systemReason(error);
  if (reason === null) return error;
  const message = `${file}: it cannot be written, ${reason}. Nothing was changed; choose another place.`;
  return new CommandFailure(2, "file.unwritable", message, file);
}
