/** @file The layer check: every import (type imports count) against rooms.mjs. Exit code 1 names room, import and what is allowed. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { keptTo, rooms } from "./rooms.mjs";

const workspaces = { "@chainrule/engine": "engine/index.ts", "@chainrule/engine/analysis": "engine/analysis.ts" };

/** The room of a repository path: the longest key that is the file itself or a folder above it. */
function roomOf(file) {
  return Object.keys(rooms)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function matches(pattern, name) {
  return pattern === "*" || pattern === name || (pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1)));
}

/** Repository path a relative or workspace import leads to, or null for a package. */
function resolve(from, request) {
  if (request in workspaces) return workspaces[request];
  if (request.startsWith("@chainrule/engine/")) return `engine/${request.slice("@chainrule/engine/".length)}/index.ts`;
  if (!request.startsWith(".")) return null;
  const base = path.posix.join(path.posix.dirname(from), request);
  const found = ["", ".ts", ".tsx", ".mjs", "/index.ts", "/index.tsx"].find(
    (ending) => existsSync(base + ending) && statSync(base + ending).isFile(),
  );
  return base + (found ?? "");
}

function importsOf(file) {
  const text = readFileSync(file, "utf8");
  const { module } = parseSync(file, text);
  const fixed = [...module.staticImports, ...module.staticExports.flatMap((e) => e.entries)]
    .map((entry) => entry.moduleRequest?.value)
    .filter((request) => request !== undefined);
  const dynamic = module.dynamicImports
    .map((entry) => /^["'`]([^"'`]*)["'`]$/.exec(text.slice(entry.moduleRequest.start, entry.moduleRequest.end))?.[1])
    .filter((request) => request !== undefined);
  const typed = [...text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)\s*\./g)].map((match) => match[1]);
  return new Set([...fixed, ...dynamic, ...typed]);
}

/** What is wrong with the imports of one file: sentences, none when all is well. */
export function faultsOf(file, imports = importsOf(file)) {
  const room = roomOf(file);
  if (room === undefined) return [`${file}: it is in no room of scripts/rooms.mjs. Give its folder a line there.`];
  const { may, packages = [] } = rooms[room];
  const isTest = /(\.test|-fixtures?)\.tsx?$/.test(file);
  const faults = [];
  for (const request of imports) {
    const target = resolve(file, request);
    if (target === null) {
      const keeper = keptTo[request];
      if (keeper !== undefined && !file.startsWith(`${keeper}/`)) {
        faults.push(`${file}: room ${room} imports "${request}", which only ${keeper} may.`);
      } else if (!isTest && !packages.some((pattern) => matches(pattern, request))) {
        faults.push(
          `${file}: room ${room} imports package "${request}", it may import ${packages.join(", ") || "none"}.`,
        );
      }
      continue;
    }
    const other = roomOf(target);
    const allowed = other === room || may.some((pattern) => matches(pattern, other ?? ""));
    if (!allowed && !isTest) {
      faults.push(
        `${file}: room ${room} imports ${target} of room ${other}, it may import ${may.join(", ") || "no room"}.`,
      );
    }
  }
  return faults;
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const files = execFileSync("git", ["ls-files", "--", "*.ts", "*.tsx"], { encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "" && !file.endsWith(".d.ts") && file.includes("/") && existsSync(file));
  const faults = files.flatMap((file) => faultsOf(file));
  for (const fault of faults) console.error(fault);
  console.log(`layers: ${files.length} files, ${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
