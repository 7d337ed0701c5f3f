/** @file What an earlier plan of a step computes and a later one needs too: kept in memory instead of computed twice. */
import { elementCount } from "../ir/shape";
import type { Value } from "../ir/value";
import { sourcesOf } from "../ir/value-sources";

/** A value this much larger than what it is made of is computed again, unless it is small. */
const growthLimit = 4;
const smallElements = 2 ** 16;

function isReading(value: Value): boolean {
  const { definition } = value;
  if (definition.kind === "alias" || definition.kind === "boundary") return true;
  return definition.kind === "op" && definition.op.rules.compute.kind === "view";
}

function isSpread(value: Value): boolean {
  const elements = elementCount(value.type.shape);
  const { definition } = value;
  if (elements <= smallElements || definition.kind !== "op" || definition.op.rules.compute.kind !== "pointwise")
    return false;
  return elements > growthLimit * sourcesOf(value).reduce((sum, source) => sum + elementCount(source.type.shape), 0);
}

/** Every value the roots are computed from, themselves too; what is given is as far as it goes. */
function reached(roots: readonly Value[], isGiven: (value: Value) => boolean): Set<Value> {
  const seen = new Set<Value>();
  const stack = [...roots];
  for (let value = stack.pop(); value; value = stack.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (!isGiven(value)) stack.push(...sourcesOf(value));
  }
  return seen;
}

/** Values of the early roots that the late ones are computed from, as near to these as they come. */
export function crossing(
  early: readonly Value[],
  late: readonly Value[],
  isGiven: (value: Value) => boolean,
): readonly Value[] {
  const computed = reached(early, isGiven);
  const found = new Set<Value>();
  const seen = new Set<Value>();
  const stack = [...late];
  for (let value = stack.pop(); value; value = stack.pop()) {
    if (seen.has(value) || isGiven(value)) continue;
    seen.add(value);
    const sources = sourcesOf(value);
    const worthKeeping = sources.length > 0 && !isReading(value) && !isSpread(value);
    if (computed.has(value) && worthKeeping) found.add(value);
    else stack.push(...sources);
  }
  return [...found];
}
