/** @file The registry: every op that a family exports, under its export name. */
import { isOp, nameOp } from "../ir/define-op";
import type { AnyOp } from "../ir/op";
import * as families from "./families";

function collect(): ReadonlyMap<string, AnyOp> {
  const found = new Map<string, AnyOp>();
  for (const [name, candidate] of Object.entries(families)) {
    if (!isOp(candidate)) continue;
    nameOp(candidate, name);
    found.set(name, candidate);
  }
  return found;
}

/** Every op there is, by name, in alphabetical order. */
export const ops: ReadonlyMap<string, AnyOp> = collect();

/** The op of that name, or undefined. */
export function opNamed(name: string): AnyOp | undefined {
  return ops.get(name);
}
