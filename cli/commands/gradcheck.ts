/** @file `chainrule gradcheck`: analytic against numeric gradients of the document's custom Functions, in float64. */
import { referenceBackend } from "../../engine/backends/reference/index";
import { gradcheckFunctions } from "../../engine/program/gradcheck-functions";
import { deviceEvaluator } from "../../engine/train/device-evaluator";
import { readDocumentFile } from "../document-file";
import { CommandFailure } from "../failure";
import type { Output } from "../output";

export interface GradcheckOptions {
  readonly function?: string;
}

/** Prints one line per Function, input and order; fails with code 1 when one is wrong. */
export async function gradcheck(output: Output, file: string, options: GradcheckOptions): Promise<void> {
  const { document } = readDocumentFile(output, file);
  const names = Object.values(document.functions).map((f) => f.name);
  const wanted = options.function;
  if (wanted !== undefined && !names.includes(wanted)) {
    const known = names.join(", ") || "none";
    const message = `gradcheck: found no Function ${wanted}, expected one of: ${known}. Choose one of these.`;
    throw new CommandFailure(2, "usage", message, wanted);
  }
  const device = await referenceBackend.open({ memoryBudgetBytes: 2 ** 28 });
  const results = await gradcheckFunctions(
    document,
    deviceEvaluator(device),
    wanted === undefined ? {} : { function: wanted },
  );
  for (const { function: name, input, order, maxError, ok, message } of results) {
    output.emit({
      event: "gradcheck",
      function: name,
      input,
      order,
      maxError,
      ok,
      ...(message === null ? {} : { message }),
    });
    const which = order === 1 ? "gradient" : "second derivative";
    output.say(`${ok ? "ok   " : "WRONG"}  ${name}  ${which} of ${input}  error ${maxError.toExponential(1)}`);
    if (message !== null) output.say(`       ${message}`);
  }
  if (results.length === 0) output.say(`${file}: there is no custom Function to check.`);
  const wrong = results.filter((r) => !r.ok);
  if (wrong.length === 0) return;
  const count = wrong.length === 1 ? "1 wrong gradient" : `${wrong.length} wrong gradients`;
  const listed = `${file}: found ${count}, expected none. Mend what is listed above.`;
  // Programs read one object; people have the sentences above.
  const message = output.json ? (wrong[0]?.message ?? listed) : listed;
  throw new CommandFailure(1, "gradcheck.wrong", message, wrong[0]?.function ?? null);
}
