/** @file The structure of a request as text: equal texts mean equal plans, up to the numbers written in the code. */
import type { Attributes } from "../ir/attribute";
import { stableText } from "../ir/hash-text";
import type { TensorType } from "../ir/tensor";
import type { Value } from "../ir/value";
import { sourcesOf } from "../ir/value-sources";

/** A request's structure, and its plain numbers in order: loops that change a number share the structure. */
export interface Structure {
  readonly text: string;
  readonly literals: readonly Value[];
}

function attributesText(attributes: Attributes): string {
  for (const name in attributes) {
    if (attributes[name] !== undefined) return stableText(attributes);
  }
  return "";
}

function typeText({ dtype, shape }: TensorType): string {
  return `${dtype}[${shape.join(",")}]`;
}

/** Everything `roots` are computed from, operands first; values that `given` names are read, not computed. */
function reachable(roots: readonly Value[], given: ReadonlyMap<Value, string>): Value[] {
  const seen = new Set<Value>(roots);
  const stack = [...roots];
  for (let value = stack.pop(); value; value = stack.pop()) {
    if (given.has(value)) continue;
    for (const operand of sourcesOf(value)) {
      if (seen.has(operand)) continue;
      seen.add(operand);
      stack.push(operand);
    }
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

/** The structure of what a request computes: writes by slot, then reported values. */
export function structureOf(
  writes: readonly { readonly slot: string; readonly value: Value }[],
  ring: readonly Value[],
  given: ReadonlyMap<Value, string>,
): Structure {
  const positions = new Map<Value, number>();
  const lines: string[] = [];
  const literals: Value[] = [];
  const at = (value: Value | null): string => (value === null ? "_" : String(positions.get(value)));
  for (const value of reachable([...writes.map((write) => write.value), ...ring], given)) {
    const { definition, type } = value;
    const slot = given.get(value);
    let line: string;
    // The type of an op's result follows from its operands and attributes: only sources state theirs.
    if (slot !== undefined) line = `slot ${slot} ${typeText(type)}`;
    else if (definition.kind === "random") {
      const { op, operands, key, counter, stream, attributes } = definition;
      const read = [...operands, ...key, counter].map(at).join(",");
      line = `${op.opName}#${stream}(${read})${attributesText(attributes)}`;
    } else if (definition.kind === "op") {
      line = `${definition.op.opName}(${definition.operands.map(at).join(",")})${attributesText(definition.attributes)}`;
    } else if (definition.kind === "slot") line = `slot ${definition.slot} ${typeText(type)}`;
    else if (definition.kind === "data") line = `data ${definition.hash}`;
    else if (definition.kind === "literal") {
      literals.push(value);
      line = `literal ${type.dtype}`;
    } else {
      const [inner] = sourcesOf(value);
      const position = inner && positions.get(inner);
      if (position !== undefined) positions.set(value, position);
      continue;
    }
    positions.set(value, lines.length);
    lines.push(line);
  }
  for (const { slot, value } of writes) lines.push(`${slot}=${at(value)}`);
  lines.push(ring.map(at).join(","));
  return { text: lines.join("\n"), literals };
}
