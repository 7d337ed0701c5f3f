/** @file How a run fails for a reason of the user's document. */
import type { Origin } from "../ir/value";

/** An effect that was refused, or a document that cannot train; the message is a whole sentence. */
export class RunError extends Error {
  readonly where: Origin | null;
  constructor(message: string, where: Origin | null) {
    super(message);
    this.name = "RunError";
    this.where = where;
  }
}
