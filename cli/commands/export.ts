/** @file `chainrule export`: a document as a project that runs by itself. */
import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { exportTypescript, ExportError, type EngineBundle } from "../../engine/export/typescript";
import { openDocument } from "../document-file";
import { CommandFailure, systemReason } from "../failure";
import { makeFolder, unwritable, writeFile } from "../files";
import type { Output } from "../output";

export interface ExportOptions {
  readonly to: "typescript";
  readonly out: string;
}

/** The engine beside the built command line, from wherever in it this runs. */
function engineBundle(): EngineBundle {
  const places = ["./engine/", "../engine/", "../dist/engine/"];
  for (const place of places) {
    const file = (name: string): string => fileURLToPath(new URL(`${place}${name}`, import.meta.url));
    if (!existsSync(file("index.d.ts"))) continue;
    return { js: readFileSync(file("index.js"), "utf8"), dts: readFileSync(file("index.d.ts"), "utf8") };
  }
  const message = "export: the engine's files are not built yet, expected cli/dist/engine. Run `npm run build` first.";
  throw new CommandFailure(2, "export.notBuilt", message);
}

/** Fails with code 2 where the folder holds anything: an export never writes over what is there. */
function checkEmpty(folder: string): void {
  try {
    if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    throw new CommandFailure(
      2,
      "file.unwritable",
      `${folder}: it cannot be written, ${reason}. Choose another place.`,
      folder,
    );
  }
  const message = `${folder}: the folder is not empty, expected an empty or a new one. Choose another place.`;
  throw new CommandFailure(2, "file.exists", message, folder);
}

/** Writes the project whole: into a folder beside, which then takes its name. */
export function exportDocument(output: Output, file: string, options: ExportOptions): void {
  const { document } = openDocument(output, file, "float32");
  checkEmpty(options.out);
  const engine = engineBundle();
  let files: ReturnType<typeof exportTypescript>["files"];
  try {
    ({ files } = exportTypescript(document, engine));
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    throw new CommandFailure(1, "export.impossible", error.message, file);
  }
  const target = path.resolve(options.out);
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
  try {
    for (const { path: name, text } of files) {
      const place = path.join(temporary, name);
      makeFolder(path.dirname(place), options.out);
      writeFile(place, text, options.out);
    }
    if (existsSync(target)) rmdirSync(target);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw unwritable(options.out, error);
  }
  for (const { path: name } of files) {
    const written = path.join(options.out, name);
    output.emit({ event: "file", path: written });
    output.say(written);
  }
}
