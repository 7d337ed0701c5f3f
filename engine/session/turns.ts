/** @file Turns at a device: one after another, in the order they were asked for. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  private queue = 0;

  /** How many wait behind the one whose turn it is: a run ends its slice when somebody does. */
  get waiting(): number {
    return this.queue;
  }

  take<T>(work: () => Promise<T>): Promise<T> {
    this.queue++;
    const turn = this.last.then(() => {
      this.queue--;
      return work();
    });
    this.last = turn.catch(() => {});
    return turn;
  }
}
