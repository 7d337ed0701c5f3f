/** @file Long work on the way to a plan: driven so that the host's event loop turns, and dropped when nobody wants it. */
import { finish, type Pieces } from "../ir/pieces";
import type { Clock } from "./clock";

/** How long the event loop may have to wait. */
const turnMs = 25;

/** What a path's preparation is watched by. */
export interface Watch {
  /** Kernels made, of all. */
  readonly onKernel?: (done: number, total: number) => void;
  /** True once the work is not wanted any more. */
  readonly abandoned?: () => boolean;
}

/** Ends work that is not wanted any more; nothing of it remains. */
export class Abandoned extends Error {
  constructor() {
    super("the work was given up");
    this.name = "Abandoned";
  }
}

/** Does the work in pieces. Rejects with Abandoned. */
export async function drive<T>(work: Pieces<T>, clock: Clock, { abandoned }: Watch): Promise<T> {
  if (!abandoned) return finish(work);
  let lastTurn = clock.now();
  for (;;) {
    const piece = work.next();
    if (piece.done === true) return piece.value;
    if (clock.now() - lastTurn < turnMs) continue;
    await clock.breathe();
    if (abandoned()) throw new Abandoned();
    lastTurn = clock.now();
  }
}

/** The watch as a device's load takes it: asks at each kernel. */
export function onKernelOf({ onKernel, abandoned }: Watch): (done: number, total: number) => void {
  return (done, total) => {
    if (abandoned?.() === true) throw new Abandoned();
    onKernel?.(done, total);
  };
}
