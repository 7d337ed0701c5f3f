/** @file Starts the built command line for tests, building it first where it is not built. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const root = path.resolve(import.meta.dirname, "..");
const program = path.join(root, "cli/bin/chainrule.mjs");

/** Builds the command line unless it is there. */
export function buildOnce(): void {
  if (!existsSync(path.join(root, "cli/dist/chainrule.cjs")))
    execFileSync("node", ["scripts/build.mjs"], { cwd: root });
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON Lines; empty where it is none. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

function linesOf(out: string): Ended["lines"] {
  const texts = out.split("\n").filter((line) => line !== "");
  return texts.every((line) => line.startsWith("{")) ? texts.map((line) => JSON.parse(line) as Record<string, unknown>) : []; // prettier-ignore
}

/** Runs a command to its end. */
export function chainrule(...args: readonly string[]): Ended {
  const { status, stdout, stderr } = spawnSync("node", [program, ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return { code: status, out: stdout, err: stderr, lines: linesOf(stdout) };
}

/** Runs a command and sends it SIGINT once it has printed `after`. */
export function interruptAfter(after: string, ...args: readonly string[]): Promise<Ended> {
  const child = spawn("node", [program, ...args], { cwd: root });
  let [out, err] = ["", ""];
  let sent = false;
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
    if (sent || !out.includes(after)) return;
    sent = true;
    child.kill("SIGINT");
  });
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err, lines: linesOf(out) })));
}

/** The path of an example document. */
export function example(name: string): string {
  return path.join(root, `assets/examples/${name}.chainrule`);
}

/** True where this process may write anywhere, so that a read-only folder refuses nothing. */
export const isRoot = process.getuid?.() === 0;
