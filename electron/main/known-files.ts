/** @file Which files the window may read and write: those a person chose in a dialog, named to the window by keys. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { app } from "electron";
import type { SharedFileReference } from "../contract/payloads";
import { writeAtomically } from "./atomic-file";

const mostRecent = 8;
const mostBytes = 256 * 2 ** 20;

function keyOf(file: string): string {
  return createHash("sha256").update(file).digest("hex").slice(0, 32);
}

function referenceOf(file: string): SharedFileReference {
  return { key: keyOf(file), name: path.basename(file), where: path.dirname(file) };
}

function readList(store: string): string[] {
  try {
    const read: unknown = JSON.parse(readFileSync(store, "utf8"));
    if (!Array.isArray(read)) return [];
    return read
      .filter((file): file is string => typeof file === "string" && path.isAbsolute(file))
      .slice(0, mostRecent);
  } catch {
    return [];
  }
}

export interface ReadFile {
  readonly file: SharedFileReference;
  readonly bytes: Uint8Array;
}

export class KnownFiles {
  private readonly paths = new Map<string, string>();
  private order: string[];

  constructor(
    private readonly store: string,
    private readonly changed: (recent: SharedFileReference[]) => void,
  ) {
    this.order = readList(store);
    for (const file of this.order) this.paths.set(keyOf(file), file);
  }

  recent(): SharedFileReference[] {
    return this.order.map(referenceOf);
  }

  pathOf(key: string): string | null {
    return this.paths.get(key) ?? null;
  }

  /** A person chose this file. */
  async remember(file: string): Promise<SharedFileReference> {
    this.paths.set(keyOf(file), file);
    this.order = [file, ...this.order.filter((known) => known !== file)].slice(0, mostRecent);
    app.addRecentDocument(file);
    this.changed(this.recent());
    await writeAtomically(this.store, JSON.stringify(this.order)).catch(() => undefined);
    return referenceOf(file);
  }

  async read(file: string): Promise<ReadFile> {
    const name = path.basename(file);
    const { size } = await stat(file).catch((error: NodeJS.ErrnoException) => {
      throw new Error(
        `${name}: found ${error.code ?? error.message} in ${path.dirname(file)}, expected a file. Open it from where it is now.`,
      );
    });
    if (size > mostBytes)
      throw new Error(`${name}: found ${size} bytes, expected at most ${mostBytes}. It is not a Chainrule document.`);
    const bytes = new Uint8Array(await readFile(file));
    return { file: await this.remember(file), bytes };
  }
}
