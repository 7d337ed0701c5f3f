/** @file Keeps calls into WebAssembly short: how many steps fit 30 ms, measured, and turns of the event loop between them. */

/** No call of run(steps) should take longer. */
const callMs = 25;

/** Milliseconds from an arbitrary start. */
export function now(): number {
  return globalThis.performance.now();
}

/** Chooses step counts for one plan from how long its last calls took. */
export class StepPace {
  private next = 1;

  steps(remaining: number): number {
    return Math.min(remaining, this.next);
  }

  /** Told after a call: grows at most fourfold at a time, because the first calls run unoptimised code. */
  record(steps: number, elapsedMs: number): void {
    const fitting = elapsedMs > 0 ? Math.floor((callMs * steps) / elapsedMs) : Infinity;
    this.next = Math.max(1, Math.min(fitting, steps * 4, 1 << 20));
  }
}

/** Lets messages arrive: resolves in a later turn of the event loop, without a timer's delay. */
export function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof globalThis.setImmediate === "function") {
      globalThis.setImmediate(() => resolve());
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
