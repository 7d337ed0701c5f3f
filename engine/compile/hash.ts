/** @file Structural hashes: of text, and of values by what they mean, whatever their ids, names and places. */
import type { Value } from "../ir/value";

function hexadecimal(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/** 64 bits of a text as 16 hexadecimal digits (two cyrb53-style lanes; not for secrets). */
export function hashText(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
    a = (a << 13) | (a >>> 19);
    b = (b << 15) | (b >>> 17);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return hexadecimal(a) + hexadecimal(b);
}

/** JSON with sorted keys that tells NaN, infinities and −0 apart. */
function stableText(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(stableText).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1));
    return `{${entries.map(([key, item]) => `${key}:${stableText(item)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "undefined";
}

const known = new WeakMap<Value, string>();

/** The value that an alias or a custom function's output equals. */
function meaning(value: Value): Value {
  let at = value;
  for (;;) {
    const { definition } = at;
    if (definition.kind === "alias") at = definition.of;
    else if (definition.kind === "boundary") {
      const inner = definition.boundary.inner[definition.output];
      if (!inner) return at;
      at = inner;
    } else return at;
  }
}

function dependencies(value: Value): Value[] {
  const { definition } = value;
  if (definition.kind === "op") return definition.operands.flatMap((o) => (o ? [meaning(o)] : []));
  if (definition.kind !== "random") return [];
  return [...definition.operands.flatMap((o) => (o ? [o] : [])), ...definition.key, definition.counter].map(meaning);
}

function hashes(operands: readonly (Value | null)[]): string {
  return operands.map((o) => (o ? (known.get(meaning(o)) ?? "?") : "-")).join(",");
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
  const root = meaning(value);
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
