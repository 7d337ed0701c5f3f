/** @file Diagnostics about a graph: wires, members, effects, names, and what a step would refuse. */
import type { DiagnosticDeclaration } from "./diagnostic";

export const graphDiagnostics = {
  "node.failed": {
    severity: "error",
    text: "the node cannot be analysed ({problem}), expected a type. Report it with this document, and remove the node.",
  },
  "name.taken": { severity: "error", text: "the name {name} is taken, expected one that is free. Rename one of them." },
  "name.invalid": {
    severity: "error",
    text: "the name {name} cannot be a variable, expected letters, digits and _. Rename it.",
  },
  "draws.missing": {
    severity: "warning",
    text: "it draws random numbers but is not in the order of draws, expected it there. It would be drawn last.",
  },
  "effect.noGradient": {
    severity: "warning",
    text: "no backward happens before it, expected a gradient. Put a Backward first, or connect grad.",
  },
  "optimizer.empty": {
    severity: "error",
    text: "optimizer got an empty parameter list, expected parameters that require a gradient. Add one, or name others.",
  },
  "repeat.range": {
    severity: "error",
    text: "randint({low}, {high}) has nothing to draw from, expected low below high. Change the bounds.",
  },
  "repeat.carried": {
    severity: "error",
    text: 'the body carries "{port}" out but not in, expected an input of that name. Add it, or give the output no role.',
  },
  "loss.unreached": {
    severity: "hint",
    text: "{count} not reach a loss, so {it} not train.",
  },
  "loss.muted": {
    severity: "warning",
    text: "the loss is not computed while this is muted, so nothing trains. Unmute it, or choose another loss.",
  },
  "memory.budget": {
    severity: "warning",
    text: "a step needs about {needed}, expected at most {budget}. The most is in {largest}: make it smaller.",
  },
} as const satisfies Record<string, DiagnosticDeclaration>;
