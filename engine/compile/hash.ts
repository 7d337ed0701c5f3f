/** @file Structural hashes: of values by what they mean, whatever their ids, names and places. */
import { hashText, stableText } from "../ir/hash-text";
import type { Value } from "../ir/value";
import { computationOf, sourcesOf } from "../ir/value-sources";

const known = new WeakMap<Value, string>();

function dependencies(value: Value): readonly Value[] {
  return sourcesOf(value).map((source) => computationOf(source));
}

function hashes(operands: readonly (Value | null)[]): string {
  return operands.map((o) => (o ? (known.get(computationOf(o)) ?? "?") : "-")).join(",");
}

function describe(value: Value): string {
  const { definition, type } = value;
  const shape = `${type.dtype}${type.weak === true ? "~" : ""}[${type.shape.join(",")}]`;
  switch (definition.kind) {
    case "op":
      return `${definition.op.opName}(${hashes(definition.operands)})${stableText(definition.attributes)}${shape}`;
    case "random": {
      const inputs = hashes([...definition.operands, ...definition.key, definition.counter]);
      return `draw ${definition.stream} ${definition.op.opName}(${inputs})${stableText(definition.attributes)}${shape}`;
    }
    case "slot":
      return `slot ${definition.slot}${shape}`;
    case "literal":
      return `literal ${stableText(definition.value)}${shape}`;
    case "data":
      return `data ${definition.hash}${shape}`;
    case "alias":
    case "boundary":
      return "unresolved";
  }
}

/** Equal for values that hold the same tensor by construction: the same ops, attributes and inputs. 16 hexadecimal digits. */
export function structuralHash(value: Value): string {
  const root = computationOf(value);
  const stack = [root];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    if (!top || known.has(top)) {
      stack.pop();
      continue;
    }
    const waiting = dependencies(top).filter((v) => !known.has(v));
    if (waiting.length > 0) stack.push(...waiting);
    else known.set(top, hashText(describe(top)));
  }
  return known.get(root) ?? "";
}
