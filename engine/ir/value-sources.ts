/** @file What a value is made of: the values it reads, and the one it is another name of. */
import type { Value } from "./value";

/** The values that a value is computed from directly; none for state, numbers and data. */
export function sourcesOf(value: Value): readonly Value[] {
  const { definition } = value;
  switch (definition.kind) {
    case "op":
      return definition.operands.filter((operand) => operand !== null);
    case "random":
      return [...definition.operands.filter((operand) => operand !== null), ...definition.key, definition.counter];
    case "alias":
      return [definition.of];
    case "boundary": {
      const inner = definition.boundary.inner[definition.output];
      return inner ? [inner] : [];
    }
    case "slot":
    case "literal":
    case "data":
      return [];
  }
}

/** Past edges and custom functions: the value whose computation this is. Stops at a given value. */
export function computationOf(value: Value, given?: ReadonlyMap<Value, unknown>): Value {
  let at = value;
  while ((at.definition.kind === "alias" || at.definition.kind === "boundary") && given?.has(at) !== true) {
    const [inner] = sourcesOf(at);
    if (!inner) return at;
    at = inner;
  }
  return at;
}
