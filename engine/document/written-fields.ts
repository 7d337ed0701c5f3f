/** @file Numbers and lists of a document that a person writes and that are no attributes of an op: what each may be. */
import { attribute, type AttributeSpec } from "../ir/attribute";
import { refuse } from "../ir/refusal";

/** The largest integer where no other limit is named. */
export const largestInteger = 2 ** 31 - 1;

const anyInteger = { min: -largestInteger, max: largestInteger } as const;

/** A file has no way to write NaN and infinity here. */
const finite: AttributeSpec<number> = {
  ...attribute.float(),
  parse(value, name) {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    const found = (JSON.stringify(value) ?? String(value)).slice(0, 60);
    return refuse("attribute.invalid", { attribute: name, found, expected: "a finite number" });
  },
};

function orNull<T>(spec: AttributeSpec<T>): AttributeSpec<T | null> {
  return { ...spec, nullable: true, parse: (value, name) => (value === null ? null : spec.parse(value, name)) };
}

/** By what they are called in a document. The schema holds files to the same. */
export const writtenFields = {
  seed: attribute.int({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  steps: attribute.int({ min: 0, max: 1_000_000_000 }),
  logEvery: attribute.int({ min: 1, max: largestInteger }),
  turns: attribute.int({ min: 0, max: 100_000 }),
  turnList: attribute.ints(),
  from: attribute.int(anyInteger),
  low: attribute.int(anyInteger),
  high: attribute.int(anyInteger),
  under: attribute.int({ min: 0, max: largestInteger }),
  outOf: attribute.int({ min: 1, max: largestInteger }),
  /** Of an Update; null where its formula names no rate. */
  lr: orNull(finite),
  /** What a member begins with. */
  initial: finite,
  shape: attribute.shape(),
  /** An operand that has no edge; null where nothing is written. */
  operand: orNull(attribute.float()),
} as const;
