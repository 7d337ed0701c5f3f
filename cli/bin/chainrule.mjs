#!/usr/bin/env node
/** @file The command `chainrule`: starts the built command line, or says how to build it. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = new URL("../dist/chainrule.mjs", import.meta.url);
if (existsSync(fileURLToPath(built))) {
  await import(built.href);
} else {
  process.stderr.write("chainrule: it is not built yet. Run `npm run build` in the repository first.\n");
  process.exitCode = 2;
}
