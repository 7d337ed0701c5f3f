/** @file How long a fresh `chainrule run` takes from process start to its first step. */
import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

const longestMs = 30_000;

/** Milliseconds from the start of a new process to its first step's line; null when it made none. */
export function firstStepMs(program: readonly string[], file: string, backend: string): Promise<number | null> {
  return new Promise((resolve) => {
    const started = performance.now();
    const args = [...program, "run", file, "--steps", "1", "--log-every", "1", "--device", backend, "--json"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
    const tooLong = setTimeout(() => child.kill(), longestMs);
    child.on("error", () => resolve(null));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.includes('"event":"step"')) resolve(performance.now() - started);
    });
    child.on("close", () => {
      clearTimeout(tooLong);
      resolve(null);
    });
  });
}
