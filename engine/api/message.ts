/** @file Refusals of rules as errors that a program reads: the op's name, then the sentence of the catalogue. */
import { printMessage } from "../ir/diagnostic";
import { Refusal } from "../ir/refusal";

/** Runs `body`; a refusal inside becomes an Error `where: found, expected. What to do.` */
export function explain<T>(where: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof Refusal)
      throw new Error(`${where}: ${printMessage(error.code, error.parameters)}`, { cause: error });
    throw error;
  }
}
