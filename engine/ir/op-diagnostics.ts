/** @file Diagnostics of type rules: what an op's operands or attributes may be. */
import type { DiagnosticDeclaration } from "./diagnostic";

/** Codes that the declarations in ops, nn and optim refuse with. */
export const opDiagnostics = {
  "shape.reshape": {
    severity: "error",
    text: "{from} has {count} elements, which do not fill {to}, expected extents whose product is {count}. Change shape.",
  },
  "shape.expand": {
    severity: "error",
    text: "{from} does not expand to {to}, expected each extent to be equal or 1. Change shape, or unsqueeze first.",
  },
  "shape.ragged": {
    severity: "error",
    text: "{attribute} has lists of {a} and of {b} entries side by side, expected equal lengths. Fill up the shorter one.",
  },
  "rank.mismatch": {
    severity: "error",
    text: "{operand} has shape {shape}, expected {expected}. Reshape it first.",
  },
  "dtype.mismatch": {
    severity: "error",
    text: "{operand} has dtype {dtype}, expected {expected}. Convert it with to, or choose another operand.",
  },
  "dim.extents": {
    severity: "error",
    text: "{a} meets {b}: {extentA} against {extentB} in {place}, expected equal extents. Transpose or reshape one of them.",
  },
  "dims.order": {
    severity: "error",
    text: "dims are {dims} for rank {rank}, expected each dimension exactly once. List all of them.",
  },
  "index.range": {
    severity: "error",
    text: "index {index} is out of range for dimension {dim} of extent {extent}, expected {low} to {high}. Set index within it.",
  },
  "range.empty": {
    severity: "error",
    text: "{what} goes from {low} to {high}, expected {expected}. Change the bounds.",
  },
  "reduce.empty": {
    severity: "error",
    text: "shape {shape} has nothing to take the {what} of, expected at least one element. Reduce other dims.",
  },
  "linear.features": {
    severity: "error",
    text: "{operand} has {found} features, weight expects {expected}. Set inFeatures to {found}, or flatten the input first.",
  },
  "optimizer.nesterov": {
    severity: "error",
    text: "nesterov has momentum {momentum} and dampening {dampening}, expected a momentum and no dampening. Set momentum above 0 and dampening to 0.",
  },
  "random.drawnOnce": {
    severity: "error",
    text: "{op} cannot be drawn anew at each step, expected draw: once. Set draw to once.",
  },
} as const satisfies Record<string, DiagnosticDeclaration>;
