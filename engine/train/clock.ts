/** @file The clock, handed in by the host: the engine itself asks no platform for the time. */
export interface Clock {
  /** Milliseconds from any fixed start; never runs backwards. */
  now(): number;
  /** Lets the host's event loop turn once, so that messages and Ctrl-C come through between batches of steps. */
  breathe(): Promise<void>;
}
