/** @file Long work cut into pieces: whoever drives it may look up between two of them, and give up. */

/** Work that pauses at every `yield`; nothing outside it is in a half-made state then. */
export type Pieces<T> = Generator<void, T, void>;

/** Does all of the work at once. */
export function finish<T>(work: Pieces<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
