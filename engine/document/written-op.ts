/** @file An op as a node writes it: attributes parsed, and numbers for operands that have no edge. */
import { parseAttributes, type Attributes } from "../ir/attribute";
import type { AnyOp } from "../ir/op";
import type { WrittenAttributes } from "./document";
import { writtenFields } from "./written-fields";

/** An op with what the document writes for it: attributes complete, and numbers by operand. */
export interface WrittenOp {
  readonly op: AnyOp;
  readonly attributes: Attributes;
  readonly numbers: ReadonlyMap<string, number>;
}

const known = new WeakMap<WrittenAttributes, WrittenOp>();

/** Attributes and operand numbers of a node, read once for as long as it keeps them. Refuses what does not parse. */
export function readWritten(op: AnyOp, written: WrittenAttributes): WrittenOp {
  const remembered = known.get(written);
  if (remembered?.op === op) return remembered;
  const attributes: Record<string, unknown> = {};
  const numbers = new Map<string, number>();
  for (const [key, value] of Object.entries(written)) {
    if (!op.signature.operands.some((spec) => spec.scalar && spec.name === key)) attributes[key] = value;
    else {
      const number = writtenFields.operand.parse(value, key);
      if (number !== null) numbers.set(key, number);
    }
  }
  const read = { op, attributes: parseAttributes(op.signature.attributes, attributes), numbers };
  known.set(written, read);
  return read;
}
