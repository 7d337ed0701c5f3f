#!/usr/bin/env node
/**
 * @file The command `chainrule`: starts the built command line, or says how to build it. `npm run build` keeps what V8
 * compiled beside it, which halves the time to a first step; Node has module.enableCompileCache for this from 22.1 on.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const file = fileURLToPath(new URL("../dist/chainrule.cjs", import.meta.url));
const cacheFile = file.replace(/cjs$/, "cache");

/** A file's content, or undefined where there is none to be read. */
function read(name) {
  try {
    return readFileSync(name);
  } catch {
    return undefined;
  }
}

const source = read(file);
if (source === undefined) {
  process.stderr.write("chainrule: it is not built yet. Run `npm run build` in the repository first.\n");
  process.exitCode = 2;
} else {
  const script = new vm.Script(`(function (require, __filename, __dirname) {${source.toString()}\n})`, {
    filename: file,
    cachedData: read(cacheFile),
  });
  if (process.env["CHAINRULE_CODE_CACHE"] === "write") {
    process.on("exit", () => writeFileSync(cacheFile, script.createCachedData()));
  }
  script.runInThisContext()(createRequire(file), file, path.dirname(file));
}
