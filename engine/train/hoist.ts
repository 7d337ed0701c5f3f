/** @file What a step computes alike each time: values of once-draws and constants alone, to be computed once a run. */
import type { AnyOp } from "../ir/op";
import { elementCount } from "../ir/shape";
import type { SlotId, Value } from "../ir/value";
import { sourcesOf } from "../ir/value-sources";
import { scalarBuilder } from "../scalar/builder";
import type { ScalarExpression } from "../scalar/expression";

/** A value is kept only while it is at most this many times as large as what it is made of, or small. */
const growthLimit = 4;
const smallElements = 2 ** 20;

function usesCoordinate(expression: ScalarExpression): boolean {
  if (expression.kind === "coordinate") return true;
  return expression.kind === "call" && expression.args.some(usesCoordinate);
}

/** Whether an op without operands gives elements that differ (linspace), not a fill (zeros). */
function differsByElement(op: AnyOp, value: Value): boolean {
  const { compute } = op.rules;
  if (compute.kind !== "pointwise" || value.definition.kind !== "op") return false;
  const context = { operands: {}, attributes: value.definition.attributes, out: value.type };
  return usesCoordinate(compute.expression(scalarBuilder, {}, context));
}

/** True where the value only renames or re-reads another one. */
function isReading(value: Value): boolean {
  const { definition } = value;
  if (definition.kind === "alias" || definition.kind === "boundary") return true;
  return definition.kind === "op" && definition.op.rules.compute.kind === "view";
}

interface Facts {
  /** Depends on once-draws and constants alone. */
  readonly fixed: boolean;
  /** Holds more than a fill: computing it again would cost something. */
  readonly varies: boolean;
  /** Elements of the once-draws and data it is made of. */
  readonly sourceElements: number;
}

function factsOf(value: Value, inputs: readonly Facts[], once: ReadonlySet<SlotId>): Facts {
  const { definition } = value;
  const elements = elementCount(value.type.shape);
  switch (definition.kind) {
    case "slot":
      return { fixed: once.has(definition.slot), varies: true, sourceElements: elements };
    case "data":
      return { fixed: true, varies: elements > 1, sourceElements: elements };
    case "literal":
      return { fixed: true, varies: false, sourceElements: 1 };
    case "random":
      return { fixed: false, varies: true, sourceElements: 0 };
    case "op":
    case "alias":
    case "boundary": {
      const own = definition.kind === "op" && inputs.length === 0 && differsByElement(definition.op, value);
      return {
        fixed: inputs.every((i) => i.fixed),
        varies: own || inputs.some((i) => i.varies),
        sourceElements: own ? elements : inputs.reduce((sum, i) => sum + i.sourceElements, 0),
      };
    }
  }
}

/**
 * The values worth computing once: fixed, more than a fill, and used by something that is not fixed. Views are
 * left to the reader; what they read is kept instead. What is `given` is in memory and no part of this.
 */
export function fixedValues(
  roots: readonly Value[],
  once: ReadonlySet<SlotId>,
  given: ReadonlyMap<Value, SlotId> = new Map(),
): readonly Value[] {
  const facts = new Map<Value, Facts>();
  const found = new Set<Value>();

  const consider = (candidate: Value): void => {
    let value = candidate;
    while (isReading(value)) {
      const source = sourcesOf(value)[0];
      if (!source) return;
      value = source;
    }
    const known = facts.get(value);
    if (value.definition.kind !== "op" || !known?.varies || sourcesOf(value).length === 0) return;
    const elements = elementCount(value.type.shape);
    if (elements > smallElements && elements > growthLimit * known.sourceElements) return;
    found.add(value);
  };

  // Depth first without recursion: tapes may be deep.
  const stack: Value[] = [...roots];
  while (stack.length > 0) {
    const value = stack[stack.length - 1];
    if (!value || facts.has(value)) {
      stack.pop();
      continue;
    }
    if (given.has(value)) {
      facts.set(value, { fixed: false, varies: true, sourceElements: 0 });
      stack.pop();
      continue;
    }
    const inputs = sourcesOf(value);
    const waiting = inputs.filter((input) => !facts.has(input));
    if (waiting.length > 0) {
      stack.push(...waiting);
      continue;
    }
    stack.pop();
    const inputFacts = inputs.flatMap((input) => facts.get(input) ?? []);
    const own = factsOf(value, inputFacts, once);
    facts.set(value, own);
    if (!own.fixed) for (const input of inputs) if (facts.get(input)?.fixed === true) consider(input);
  }
  return [...found];
}
