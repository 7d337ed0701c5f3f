/** @file Ctrl-C: asks the command to stop at the next boundary; a second one, or a command that does not ask, ends at once. */
import process from "node:process";

let requested = false;
let listening = false;

/** True once the person has asked to stop. */
export function interrupted(): boolean {
  return requested;
}

/** From now on Ctrl-C and a request to terminate let the command end by itself. */
export function stopAtBoundary(): void {
  if (listening) return;
  listening = true;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (requested) process.exit(130);
      requested = true;
    });
  }
}
