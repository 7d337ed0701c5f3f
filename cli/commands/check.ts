/** @file `chainrule check`: the diagnostics of a document. */
import { diagnose } from "../../engine/analysis/analyze";
import { parseFile, printDiagnostics } from "../document-file";
import { CommandFailure } from "../failure";
import type { Output } from "../output";

/** Prints every diagnostic; fails with code 1 where one is an error. */
export async function check(output: Output, file: string): Promise<void> {
  const parsed = parseFile(file);
  const diagnostics = parsed.ok ? [...parsed.diagnostics, ...diagnose(parsed.document)] : parsed.diagnostics;
  printDiagnostics(output, diagnostics);
  const errors = diagnostics.filter((d) => d.severity === "error").length;
  if (errors > 0) {
    const message = `${file}: found ${errors} ${errors === 1 ? "error" : "errors"}, expected none. Mend what is listed above.`;
    throw new CommandFailure(1, "document.errors", message, file);
  }
  const others = diagnostics.length;
  output.say(`${file}: no errors${others === 0 ? "" : `, ${others} ${others === 1 ? "remark" : "remarks"}`}`);
}
